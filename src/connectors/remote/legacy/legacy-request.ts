import { isObject, type JsonObject } from '../../../protocol/message.ts';
import { metaOf } from '../../../protocol/modern.ts';
import type { InnerRequest } from '../../connector.ts';

/** What every request of 2026-07-28 says of its client, which a session says once. */
const ENVELOPE = /^io\.modelcontextprotocol\/(protocolVersion|clientInfo|clientCapabilities|logLevel)$/;

/**
 * An inner request as servers of the 2025 revisions read it: without the envelope and what is between rounds; all else of `_meta`,
 * trace context among it, goes as it came.
 */
export function legacyRequest(id: string, { method, params }: InnerRequest): JsonObject & { id: string } {
  const { _meta, requestState: _state, inputResponses: _answers, ...others } = params;
  const meta = Object.fromEntries(Object.entries(metaOf({ _meta })).filter(([key]) => !ENVELOPE.test(key)));
  if (meta.progressToken !== undefined) meta.progressToken = id;
  return { id, method, params: { ...others, ...(Object.keys(meta).length > 0 && { _meta: meta }) } };
}

/** The answers that a retry brings, by the keys of the questions. */
export function answersIn({ inputResponses }: JsonObject): JsonObject {
  return isObject(inputResponses) ? inputResponses : {};
}

import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import { RPC } from '../../../errors.ts';
import { isObject, type JsonObject, type Outcome } from '../../../protocol/message.ts';
import { metaOf } from '../../../protocol/modern.ts';

/** Methods whose results say for how long, and for whom, they may be kept (2026-07-28, "Caching"). */
const CACHEABLE: readonly string[] = [
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
];

/**
 * What a server of the 2025 revisions answered, in the inner language. It says nothing of how long its results are good, so they are
 * good for now and for who asked.
 */
export function innerOutcome(
  method: string,
  params: JsonObject,
  outcome: Outcome,
  serverInfo: unknown,
): Outcome {
  if (outcome.kind === 'error') return innerError(method, params, outcome);
  const caching = CACHEABLE.includes(method) ? { ttlMs: 0, cacheScope: 'private' } : {};
  const identity = isObject(serverInfo) ? { [SERVER_INFO_META_KEY]: serverInfo } : {};
  const _meta = { ...metaOf(outcome.result), ...identity };
  return {
    kind: 'result',
    result: {
      ...outcome.result,
      resultType: 'complete',
      ...caching,
      ...(Object.keys(_meta).length > 0 && { _meta }),
    },
  };
}

/** A missing resource has another code since 2026-07-28, and its URI as data. */
function innerError(method: string, params: JsonObject, outcome: Outcome & { kind: 'error' }): Outcome {
  if (outcome.own !== undefined) return outcome;
  const { error } = outcome;
  if (method !== 'resources/read' || error.code !== RPC.resourceNotFound)
    return { ...outcome, httpStatus: 200 };
  const data = { ...(isObject(error.data) && error.data), uri: params.uri };
  return { kind: 'error', error: { ...error, code: RPC.invalidParams, data }, httpStatus: 200 };
}

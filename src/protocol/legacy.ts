import { randomUUID } from 'node:crypto';
import { SERVER_INFO_META_KEY, SUBSCRIPTION_ID_META_KEY } from '@modelcontextprotocol/server';
import { RPC, type RpcError } from '../errors.ts';
import {
  type InnerNotification,
  isObject,
  type JSONRPCRequest,
  type JsonObject,
  type Outcome,
  type RequestId,
} from './message.ts';
import { metaOf } from './modern.ts';
import { isSince, type LegacyRevision } from './revision.ts';

/** Codec between the inner language (2026-07-28) and the 2025 revisions. It keeps nothing. */

const MODERN_RESULT_MEMBERS = ['resultType', 'ttlMs', 'cacheScope'];
const MODERN_META_KEYS: readonly string[] = [SERVER_INFO_META_KEY, SUBSCRIPTION_ID_META_KEY];

/** What a method's result needs beyond the removal of 2026 members. */
const RESULT_CODECS: Readonly<Record<string, (result: JsonObject, revision: LegacyRevision) => JsonObject>> =
  {
    'tools/list': result => ({ ...result, tools: listOf(result.tools).map(legacyTool) }),
    'tools/call': (result, revision) => ({
      ...legacyStructuredContent(result),
      content: listOf(result.content).map(block => legacyContent(block, revision)),
    }),
  };

/** The `initialize` result, from what the inner `server/discover` answered. */
export function initializeResult(discovered: JsonObject, protocolVersion: LegacyRevision): JsonObject {
  const { extensions: _extensions, ...capabilities } = discovered.capabilities as JsonObject;
  return {
    protocolVersion,
    capabilities,
    serverInfo: metaOf(discovered)[SERVER_INFO_META_KEY],
    ...(discovered.instructions !== undefined && { instructions: discovered.instructions }),
  };
}

/** An inner outcome, as a 2025 client reads it. */
export function legacyOutcome(method: string, outcome: Outcome, revision: LegacyRevision): Outcome {
  if (outcome.kind === 'error') return legacyFailure(method, outcome, revision);
  const stripped = stripModern(outcome.result);
  return { kind: 'result', result: RESULT_CODECS[method]?.(stripped, revision) ?? stripped };
}

/** An inner notification, as a 2025 client reads it. */
export function legacyNotification({ method, params }: InnerNotification): InnerNotification {
  return params === undefined ? { method } : { method, params: stripModern(params) };
}

/** An inner question to the user, as the request that 2025 servers push on a call's stream. */
export function pushedRequest(id: RequestId, question: JsonObject, revision: LegacyRevision): JSONRPCRequest {
  const method = String(question.method);
  const params = isObject(question.params) ? question.params : undefined;
  if (method !== 'elicitation/create' || !params) {
    return { jsonrpc: '2.0', id, method, ...(params && { params }) };
  }
  return { jsonrpc: '2.0', id, method, params: legacyElicitation(params, revision) };
}

/** A failed call: 2025 clients expect a tool's failure as a result, so that the model can read it. */
export function failedCall(method: string, message: string): Outcome {
  return method === 'tools/call'
    ? { kind: 'result', result: { content: [{ type: 'text', text: message }], isError: true } }
    : { kind: 'error', error: { code: RPC.internalError, message }, httpStatus: 200 };
}

function legacyElicitation(params: JsonObject, revision: LegacyRevision): JsonObject {
  if (params.mode === 'url') return { elicitationId: randomUUID(), ...params };
  const { mode: _mode, ...form } = params;
  return isSince(revision, '2025-11-25') ? params : form;
}

/** Before 2025-11-25 there was no error that says which link to open, so a call fails with it in words. */
function legacyFailure(
  method: string,
  outcome: Outcome & { kind: 'error' },
  revision: LegacyRevision,
): Outcome {
  const { error } = outcome;
  const isLink = error.code === RPC.urlElicitationRequired;
  if (isLink && !isSince(revision, '2025-11-25')) return failedCall(method, error.message);
  return { ...outcome, error: legacyError(method, error) };
}

function legacyError(method: string, error: RpcError): RpcError {
  const isMissing =
    method === 'resources/read' &&
    error.code === RPC.invalidParams &&
    isObject(error.data) &&
    'uri' in error.data;
  if (isMissing) return { ...error, code: RPC.resourceNotFound };
  return isModernCode(error.code) ? { ...error, code: RPC.invalidRequest } : error;
}

/** Codes from -32020 to -32099 came with 2026-07-28, save one; a 2025 client must not see them. */
function isModernCode(code: number): boolean {
  return code <= RPC.headerMismatch && code >= -32099 && code !== RPC.urlElicitationRequired;
}

function stripModern(holder: JsonObject): JsonObject {
  const kept = Object.entries(holder).filter(
    ([key]) => key !== '_meta' && !MODERN_RESULT_MEMBERS.includes(key),
  );
  const meta = Object.entries(metaOf(holder)).filter(([key]) => !MODERN_META_KEYS.includes(key));
  return { ...Object.fromEntries(kept), ...(meta.length > 0 && { _meta: Object.fromEntries(meta) }) };
}

/**
 * Before 2026-07-28 structured content was always an object, so other types travel under `result`. Where a
 * schema leaves the type open, both an object and a wrapped value must pass.
 */
function legacyTool(tool: unknown): unknown {
  if (!isObject(tool) || !isObject(tool.outputSchema) || tool.outputSchema.type === 'object') return tool;
  // What belongs to the root of a schema stays there: `#/$defs/…` must go on naming what it named.
  const { $schema, $defs, ...schema } = tool.outputSchema;
  const root = { ...($schema !== undefined && { $schema }), ...($defs !== undefined && { $defs }) };
  const wrapped = { properties: { result: schema }, required: ['result'] };
  const either = typeof schema.type === 'string' ? wrapped : { anyOf: [schema, wrapped] };
  return { ...tool, outputSchema: { ...root, type: 'object', ...either } };
}

function legacyStructuredContent(result: JsonObject): JsonObject {
  const { structuredContent } = result;
  if (structuredContent === undefined || isObject(structuredContent)) return result;
  return { ...result, structuredContent: { result: structuredContent } };
}

/** Resource links came with 2025-06-18; before it, a link is text. */
function legacyContent(block: unknown, revision: LegacyRevision): unknown {
  if (!isObject(block) || block.type !== 'resource_link' || isSince(revision, '2025-06-18')) return block;
  return { type: 'text', text: `${block.title ?? block.name ?? 'Resource'}: ${block.uri}` };
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

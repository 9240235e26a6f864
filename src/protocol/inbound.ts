import {
  classifyInboundRequest,
  isJSONRPCNotification,
  isJSONRPCRequest,
} from '@modelcontextprotocol/server';
import { GatehouseError, RPC } from '../errors.ts';
import type { JSONRPCNotification, JSONRPCRequest, JSONRPCResponse } from './message.ts';
import { MODERN_REVISION, REVISIONS } from './revision.ts';

/** One posted message with its era. A request is classified here and nowhere else. */
export type Inbound =
  | { readonly era: 'modern'; readonly kind: 'request'; readonly message: JSONRPCRequest }
  | { readonly era: 'modern'; readonly kind: 'notification'; readonly message: JSONRPCNotification }
  | { readonly era: 'legacy'; readonly kind: 'initialize'; readonly message: JSONRPCRequest }
  | { readonly era: 'legacy'; readonly kind: 'request'; readonly message: JSONRPCRequest }
  | { readonly era: 'legacy'; readonly kind: 'notification'; readonly message: JSONRPCNotification }
  | { readonly era: 'legacy'; readonly kind: 'response'; readonly message: JSONRPCResponse };

/** A message refused for what its envelope or headers claim, with the wire error as the SDK defines it. */
export interface Refusal {
  readonly httpStatus: number;
  readonly error: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/**
 * Classifies a parsed POST body by era (the SDK's own ladder) and by kind.
 * @throws GatehouseError `batch_unsupported`.
 */
export function classify(request: Request, body: unknown): Inbound | Refusal {
  if (Array.isArray(body)) {
    throw new GatehouseError('batch_unsupported', 'Batches are not supported; post one message per request.');
  }
  const outcome = classifyInboundRequest({ httpMethod: 'POST', ...standardHeaders(request), body });
  if (outcome.kind === 'reject') {
    const { httpStatus, code, message, data } = outcome;
    return { httpStatus, error: { code, message, data } };
  }
  if (outcome.kind === 'modern') {
    const { revision } = outcome.classification;
    if (revision !== MODERN_REVISION) return unsupportedRevision(revision);
    return outcome.messageKind === 'request'
      ? { era: 'modern', kind: 'request', message: outcome.message }
      : { era: 'modern', kind: 'notification', message: outcome.message };
  }
  return legacyMessage(body);
}

function legacyMessage(body: unknown): Inbound {
  if (isJSONRPCRequest(body)) {
    return { era: 'legacy', kind: body.method === 'initialize' ? 'initialize' : 'request', message: body };
  }
  if (isJSONRPCNotification(body)) return { era: 'legacy', kind: 'notification', message: body };
  return { era: 'legacy', kind: 'response', message: body as JSONRPCResponse };
}

function standardHeaders(request: Request) {
  const header = (name: string) => request.headers.get(name) ?? undefined;
  const version = header('mcp-protocol-version');
  const method = header('mcp-method');
  const name = header('mcp-name');
  return {
    ...(version !== undefined && { protocolVersionHeader: version }),
    ...(method !== undefined && { mcpMethodHeader: method }),
    ...(name !== undefined && { mcpNameHeader: name }),
  };
}

function unsupportedRevision(requested: string | undefined): Refusal {
  return {
    httpStatus: 400,
    error: {
      code: RPC.unsupportedProtocolVersion,
      message: `Unsupported protocol version: ${requested ?? 'none named'}.`,
      data: { supported: [...REVISIONS], ...(requested !== undefined && { requested }) },
    },
  };
}

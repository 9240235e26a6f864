import { fromUtf8 } from '../crypto/bytes.ts';
import { GatehouseError } from '../errors.ts';
import type { JsonObject } from './message.ts';
import { MODERN_REVISION } from './revision.ts';

/** Which field of the parameters the `Mcp-Name` header mirrors (2026-07-28, "Standard Request Headers"). */
const NAMED_BY: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

/** RFC 9110 section 5.6.2; a schema may come from anyone. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const SENTINEL = /^=\?base64\?(.*)\?=$/s;
/** RFC 4648 section 4, padding included. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const PLAIN_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Checks that the standard headers say what the body says, so that whoever routes by headers and whoever
 * acts on the body see the same request (2026-07-28, Streamable HTTP, "Server Validation").
 * @throws GatehouseError `header_mismatch`, naming the header.
 */
export function checkStandardHeaders(headers: Headers, method: string, params: JsonObject | undefined): void {
  requireMatch(headers, 'MCP-Protocol-Version', MODERN_REVISION);
  requireMatch(headers, 'Mcp-Method', method);
  const name = nameIn(method, params);
  if (name !== undefined) requireMatch(headers, 'Mcp-Name', name);
}

/** The headers of an inner request, made from its body. */
export function standardHeaders(method: string, params: JsonObject): Record<string, string> {
  const name = nameIn(method, params);
  return {
    'mcp-protocol-version': MODERN_REVISION,
    'mcp-method': method,
    ...(name !== undefined && { 'mcp-name': encodeHeaderValue(name) }),
  };
}

function nameIn(method: string, params: JsonObject | undefined): string | undefined {
  const field = NAMED_BY[method];
  const name = field === undefined ? undefined : params?.[field];
  return typeof name === 'string' ? name : undefined;
}

/** Encodes a header value, in the Base64 form where the plain one would not survive HTTP. */
export function encodeHeaderValue(value: string): string {
  if (PLAIN_VALUE.test(value) && !value.startsWith('=?base64?')) return value;
  return `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}

function requireMatch(headers: Headers, header: string, expected: string): void {
  const sent = headers.get(header);
  if (sent === null) {
    throw headerMismatch(header, `the header ${header} is missing; it must mirror the body`);
  }
  if (decodeHeaderValue(sent.trim()) !== expected) {
    throw headerMismatch(header, `the header ${header} differs from the body`);
  }
}

/**
 * What a header value says; undefined where its Base64 form is none. Without both of its marks a value means itself
 * (2026-07-28, Streamable HTTP, "Value Encoding").
 */
export function decodeHeaderValue(value: string): string | undefined {
  const payload = SENTINEL.exec(value)?.[1];
  if (payload === undefined) return value;
  if (!BASE64.test(payload)) return undefined;
  try {
    return fromUtf8(Buffer.from(payload, 'base64'));
  } catch {
    return undefined;
  }
}

/** Whether a text can name a header (RFC 9110 section 5.6.2). */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** A header that does not say what the body says. */
export function headerMismatch(header: string, reason: string): GatehouseError {
  return new GatehouseError('header_mismatch', `Headers and body disagree: ${reason}.`, {
    mismatch: { header },
  });
}

import { envelope } from './raw-client.ts';
import type { HttpRequest } from './raw-http.ts';
import type { Seeded } from './seed.ts';

/** What a malformed request is made from: a live session to throw it at. */
export interface Target {
  readonly token: string;
  readonly sessionId: string;
  /** The MCP endpoint, such as `/mcp/everything`. */
  readonly path: string;
}

const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e308,
  '',
  '\u0000',
  '\ud800',
  '__proto__',
  '../../etc/passwd',
  "' OR 1=1 --",
  '{{7*7}}',
  'é'.repeat(300),
  'x'.repeat(70_000),
  [],
  {},
  { toString: 1, valueOf: null },
  { __proto__: { admin: true } },
  { constructor: { prototype: {} } },
];

const METHODS = [
  'initialize',
  'ping',
  'tools/list',
  'tools/call',
  'prompts/get',
  'resources/read',
  'resources/subscribe',
  'completion/complete',
  'logging/setLevel',
  'server/discover',
  'subscriptions/listen',
  'notifications/cancelled',
  'constructor',
];

const HEADERS = [
  'mcp-session-id',
  'mcp-protocol-version',
  'mcp-method',
  'mcp-name',
  'mcp-param-region',
  'last-event-id',
  'accept',
  'authorization',
  'content-encoding',
  'cookie',
  'origin',
  'gatehouse-hop',
  'range',
  'expect',
];

const HEADER_VALUES = [
  '',
  'x',
  '0-0',
  '1-0',
  '=?base64?!!!?=',
  '=?base64?w6k=?=',
  '2026-07-28',
  '2025-11-25',
  'Bearer',
  'Basic eDp5',
  'Bearer a:b:c',
  '*/*;q=0',
  'gzip',
  '\u00ff\u00fe',
  '__Host-gatehouse-sign-in=x.y.z; __Host-gatehouse-csrf=.',
  'x'.repeat(4000),
];

const PATHS = [
  '/',
  '/mcp/',
  '/mcp/../mcp',
  '/mcp/%2e%2e/x',
  '/mcp/%E0%A4%A',
  '/mcp/__proto__',
  '/mcp/memory/x',
  '//mcp',
  '/authorize',
  '/authorize?client_id=x&response_type=code&redirect_uri=javascript:1',
  '/authorize?client_id=%00&client_id=y',
  '/sign-in',
  '/oauth/token',
  '/oauth/register',
  '/oauth/revoke',
  '/oauth/%2e%2e/token',
  '/.well-known/oauth-protected-resource/mcp/x',
  '/.well-known/oauth-authorization-server/mcp',
  '/healthz?x=%',
  '/account',
  '/account?ended=%ff',
  '/api',
  '/api/v1/me?x=%',
  '/api/v1/openapi.json',
  '/api/v1/admin/clients/%E0%A4%A/block',
  '/.well-known/oauth-protected-resource/api',
];

const FORMS = [
  '',
  'x',
  '%',
  'csrf=x&user=ada&return_to=%00',
  'handle=x&decision=approve',
  'grant_type=authorization_code&code=x&client_id=x&code_verifier=x',
  'grant_type=refresh_token&refresh_token=a:b:c&client_id=x',
  'token=a:b:c',
  'csrf=x&kind=client&id=%00',
  'token=x&token=y&token_type_hint=%ff',
];

/** The kinds of malformed requests. */
const KINDS = [bytes, brokenText, strangeMember, strangeHeader, strangePlace, strangeForm, strangeModern];

/** A malformed request of some kind, with what its kind is called. */
export function malformed(random: Seeded, target: Target): HttpRequest & { readonly kind: string } {
  const kind = pick(random, KINDS);
  return { ...kind(random, target), kind: kind.name };
}

function pick<Item>(random: Seeded, items: readonly Item[]): Item {
  return items[random.between(0, items.length - 1)] as Item;
}

function headersOf({ token, sessionId }: Target): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
    'mcp-session-id': sessionId,
  };
}

function message(random: Seeded): Record<string, unknown> {
  const params = { name: 'echo', uri: 'test://static-text', arguments: { message: 'x' }, level: 'info' };
  return { jsonrpc: '2.0', id: random.between(0, 9), method: pick(random, METHODS), params };
}

function bytes(random: Seeded, target: Target): HttpRequest {
  const body = Buffer.from(Array.from({ length: random.between(0, 2000) }, () => random.between(0, 255)));
  return { path: target.path, headers: headersOf(target), body };
}

function brokenText(random: Seeded, target: Target): HttpRequest {
  const text = JSON.stringify(message(random));
  const at = random.between(0, text.length);
  const body =
    text.slice(0, at) + pick(random, ['', '"', '}', '[', ',', '\\', '\u0007']) + text.slice(at + 1);
  return { path: target.path, headers: headersOf(target), body };
}

function strangeMember(random: Seeded, target: Target): HttpRequest {
  const whole = message(random);
  const params = whole.params as Record<string, unknown>;
  const holder = pick(random, [whole, params]);
  holder[pick(random, [...Object.keys(holder), '_meta', 'cursor', 'ref', 'requestState'])] = pick(
    random,
    STRANGE,
  );
  return { path: target.path, headers: headersOf(target), body: JSON.stringify(whole) };
}

function strangeModern(random: Seeded, target: Target): HttpRequest {
  const whole = message(random);
  const _meta = envelope();
  if (random.next() < 0.5) _meta[pick(random, Object.keys(_meta))] = pick(random, STRANGE);
  const params = {
    ...(whole.params as object),
    [pick(random, ['name', 'uri', 'notifications', 'cursor'])]: pick(random, STRANGE),
  };
  const standard = {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': String(whole.method),
    'mcp-name': 'echo',
  };
  const body = JSON.stringify({ ...whole, params: { ...params, _meta } });
  return { path: target.path, headers: { ...headersOf(target), ...standard }, body };
}

function strangeHeader(random: Seeded, target: Target): HttpRequest {
  const strange = {
    [pick(random, HEADERS)]: pick(random, HEADER_VALUES),
    [pick(random, HEADERS)]: pick(random, HEADER_VALUES),
  };
  const method = pick(random, ['POST', 'POST', 'GET', 'PUT', 'OPTIONS', 'HEAD']);
  const headers = { ...headersOf(target), ...strange };
  return {
    method,
    path: target.path,
    headers,
    ...(method === 'POST' && { body: JSON.stringify(message(random)) }),
  };
}

function strangePlace(random: Seeded, target: Target): HttpRequest {
  const method = pick(random, ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PUT']);
  const body = method === 'POST' || method === 'PUT' ? { body: JSON.stringify(pick(random, STRANGE)) } : {};
  return { method, path: pick(random, PATHS), headers: headersOf(target), ...body };
}

function strangeForm(random: Seeded): HttpRequest {
  const types = [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'multipart/form-data',
    'text/plain',
    'application/json',
  ];
  const path = pick(random, ['/sign-in', '/authorize', '/oauth/token', '/oauth/register', '/oauth/revoke']);
  const cookie = '__Host-gatehouse-csrf=k1.x';
  return { path, headers: { 'content-type': pick(random, types), cookie }, body: pick(random, FORMS) };
}

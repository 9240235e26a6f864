import { expect, test } from 'vitest';
import { refusal } from '../errors.fake.ts';
import { classify } from './inbound.ts';

const key = (name: string) => `io.modelcontextprotocol/${name}`;
const envelope = (version: string) => ({
  _meta: {
    [key('protocolVersion')]: version,
    [key('clientInfo')]: { name: 'c', version: '1' },
    [key('clientCapabilities')]: {},
  },
});

function posted(headers: Record<string, string> = {}): Request {
  return new Request('https://mcp.example.com/mcp', { method: 'POST', headers, body: 'read elsewhere' });
}

const MODERN_LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: envelope('2026-07-28') };
const MODERN_HEADERS = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
};

test('a request with the envelope of 2026-07-28 is modern', () => {
  expect(classify(posted(MODERN_HEADERS), MODERN_LIST)).toEqual({
    era: 'modern',
    kind: 'request',
    message: MODERN_LIST,
  });
});

test('a notification under the header of 2026-07-28 is modern', () => {
  const message = {
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: 1, ...envelope('2026-07-28') },
  };
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'notifications/cancelled' };
  expect(classify(posted(headers), message)).toEqual({ era: 'modern', kind: 'notification', message });
});

test.each([
  ['initialize', 'initialize', INITIALIZE],
  ['a request', 'request', { jsonrpc: '2.0', id: 'a', method: 'tools/list' }],
  ['a notification', 'notification', { jsonrpc: '2.0', method: 'notifications/initialized' }],
  ['a result', 'response', { jsonrpc: '2.0', id: 1, result: {} }],
  ['an error', 'response', { jsonrpc: '2.0', id: 1, error: { code: -1, message: 'No.' } }],
])('without envelope or header, %s is of 2025', (_what, kind, message) => {
  expect(classify(posted(), message)).toEqual({ era: 'legacy', kind, message });
});

test.each(['2025-03-26', '2025-06-18', '2025-11-25'])(
  'the header %s makes a request one of 2025',
  version => {
    const message = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect(classify(posted({ 'mcp-protocol-version': version }), message)).toMatchObject({
      era: 'legacy',
      kind: 'request',
    });
  },
);

test('a revision that nobody speaks is refused with those that we do', () => {
  const message = { ...MODERN_LIST, params: envelope('2099-01-01') };
  const headers = { ...MODERN_HEADERS, 'mcp-protocol-version': '2099-01-01' };
  expect(classify(posted(headers), message)).toEqual({
    httpStatus: 400,
    error: {
      code: -32022,
      message: 'Unsupported protocol version: 2099-01-01.',
      data: { supported: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'], requested: '2099-01-01' },
    },
  });
});

test('an envelope that lacks its capabilities is refused', () => {
  const params = { _meta: { [key('protocolVersion')]: '2026-07-28' } };
  expect(classify(posted(MODERN_HEADERS), { ...MODERN_LIST, params })).toMatchObject({
    httpStatus: 400,
    error: { code: -32602 },
  });
});

test('a header that contradicts the envelope is refused', () => {
  const headers = { ...MODERN_HEADERS, 'mcp-protocol-version': '2025-11-25' };
  expect(classify(posted(headers), MODERN_LIST)).toMatchObject({ httpStatus: 400, error: { code: -32020 } });
});

test.each([[[]], [[MODERN_LIST]], [[INITIALIZE, INITIALIZE]]])('a batch is refused: %j', body => {
  expect(() => classify(posted(), body)).toThrow(
    refusal('batch_unsupported', 'Batches are not supported; post one message per request.'),
  );
});

test.each<unknown>([
  null,
  1,
  'x',
  true,
  {},
  { jsonrpc: '1.0', id: 1, method: 'ping' },
  { jsonrpc: '2.0', id: null, method: 'ping' },
  { jsonrpc: '2.0', id: {}, method: 'ping' },
  { jsonrpc: '2.0', id: 1.5, method: 'ping' },
  { jsonrpc: '2.0', id: 1, method: 5 },
  { jsonrpc: '2.0', id: 1, method: 'ping', params: 'x' },
  { jsonrpc: '2.0', id: 1 },
  { jsonrpc: '2.0', id: { toString: 1 }, result: {} },
  { jsonrpc: '2.0', result: {} },
  { jsonrpc: '2.0', id: 1, result: 'x' },
  { jsonrpc: '2.0', id: 1, error: 'x' },
  { jsonrpc: '2.0', id: 1, error: {} },
])("%j is no message, and is refused as the caller's mistake", body => {
  const refuse = () => {
    const inbound = classify(posted(), body);
    return 'httpStatus' in inbound ? inbound.httpStatus : `taken for a ${inbound.era} ${inbound.kind}`;
  };
  expect(refuse()).toBe(400);
});

import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/random.fake.ts';
import { refusal } from '../errors.fake.ts';
import { checkStandardHeaders, encodeHeaderValue, standardHeaders } from './mcp-headers.ts';

/** 2026-07-28, Streamable HTTP, "Standard Request Headers": the member that `Mcp-Name` mirrors. */
const NAMED = [
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
] as const;

const sent = (headers: Record<string, string>) =>
  new Headers({ 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', ...headers });
const missing = (header: string) =>
  refusal(
    'header_mismatch',
    `Headers and body disagree: the header ${header} is missing; it must mirror the body.`,
  );
const differs = (header: string) =>
  refusal('header_mismatch', `Headers and body disagree: the header ${header} differs from the body.`);

test.each(NAMED)('for %s the header Mcp-Name mirrors params.%s', (method, member) => {
  const params = { [member]: 'memory_recall' };
  const check = (headers: Record<string, string>) =>
    checkStandardHeaders(sent({ 'Mcp-Method': method, ...headers }), method, params);
  expect(() => check({ 'Mcp-Name': 'memory_recall' })).not.toThrow();
  expect(() => check({ 'Mcp-Name': 'memory_forget' })).toThrow(differs('Mcp-Name'));
  expect(() => check({})).toThrow(missing('Mcp-Name'));
});

test('for other methods Mcp-Name is not asked for', () => {
  const check = () => checkStandardHeaders(sent({ 'Mcp-Method': 'tools/list' }), 'tools/list', { name: 'x' });
  expect(check).not.toThrow();
});

test.each(['MCP-Protocol-Version', 'Mcp-Method'])('%s must be there and say what the body says', header => {
  const headers = sent({ 'Mcp-Name': 'x' });
  headers.set(header, 'other');
  expect(() => checkStandardHeaders(headers, 'tools/call', { name: 'x' })).toThrow(differs(header));
  headers.delete(header);
  expect(() => checkStandardHeaders(headers, 'tools/call', { name: 'x' })).toThrow(missing(header));
});

test('a mismatch names its header as data', () => {
  const check = () => checkStandardHeaders(sent({}), 'tools/call', { name: 'x' });
  expect(check).toThrow(expect.objectContaining({ data: { mismatch: { header: 'Mcp-Name' } } }));
});

test.each([
  ['another case', 'Memory'],
  ['two headers folded into one', 'memory, memory'],
  ['base64 of another name', '=?base64?b3RoZXI=?='],
  ['base64 cut short', '=?base64?bWVtb3J5'],
  ['an upper-case sentinel', '=?BASE64?bWVtb3J5?='],
  ['base64 of bytes that are not UTF-8', '=?base64?gA==?='],
  ['base64 with foreign characters', '=?base64?bWVt*b3J5?='],
  ['base64 of the name behind a byte order mark', '=?base64?77u/bWVtb3J5?='],
  ['nothing', ''],
])('the name "memory" is not mirrored by %s', (_what, value) => {
  const check = () => checkStandardHeaders(sent({ 'Mcp-Name': value }), 'tools/call', { name: 'memory' });
  expect(check).toThrow(differs('Mcp-Name'));
});

test.each([
  'memory',
  'a b',
  ' padded ',
  '',
  'é😀',
  'a\r\nX-Evil: 1',
  '\u0000',
  '\ufeffname',
  '=?base64?YQ==?=',
  '\t',
])('the name %j is mirrored in a form that survives HTTP', name => {
  const headers = new Headers(standardHeaders('tools/call', { name }));
  expect(headers.get('mcp-name')).toMatch(/^[\x20-\x7e]+$/);
  expect(() => checkStandardHeaders(headers, 'tools/call', { name })).not.toThrow();
});

test.each(['SGVsbG8=', '=?base64?SGVsbG8=', 'SGVsbG8=?='])(
  'the value %j, without both marks of Base64, means itself',
  name => {
    const check = () => checkStandardHeaders(sent({ 'Mcp-Name': name }), 'tools/call', { name });
    expect(check).not.toThrow();
  },
);

test('base64 without its padding says nothing', () => {
  const headers = sent({ 'Mcp-Name': '=?base64?SGVsbG8?=' });
  expect(() => checkStandardHeaders(headers, 'tools/call', { name: 'Hello' })).toThrow(differs('Mcp-Name'));
});

test('any name that we mirror is one that we accept', () => {
  const random = seededRandom();
  for (let i = 0; i < 500; i++) {
    const name = random.text(12);
    const headers = new Headers(standardHeaders('tools/call', { name }));
    expect(() => checkStandardHeaders(headers, 'tools/call', { name }), JSON.stringify(name)).not.toThrow();
  }
});

test.each([
  ['plain', 'plain'],
  ['with space', 'with space'],
  [' led', '=?base64?IGxlZA==?='],
  ['é', '=?base64?w6k=?='],
  ['=?base64?x', '=?base64?PT9iYXNlNjQ/eA==?='],
])('the header value of %j is %s', (value, header) => {
  expect(encodeHeaderValue(value)).toBe(header);
});

test('inner requests carry version and method, and a name only where one is to be mirrored', () => {
  expect(standardHeaders('resources/read', { uri: 'note://1' })).toEqual({
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'resources/read',
    'mcp-name': 'note://1',
  });
  expect(standardHeaders('tools/list', { name: 'x' })).not.toHaveProperty('mcp-name');
  expect(standardHeaders('tools/call', { name: 5 })).not.toHaveProperty('mcp-name');
});

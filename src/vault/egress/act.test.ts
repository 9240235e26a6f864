import { expect, test } from 'vitest';
import { utf8 } from '../../crypto/bytes.ts';
import { mayAct, sendNoted } from './act.ts';

const refused = new Response(null, {
  status: 403,
  headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="items:write"' },
});

test.each([
  ['GET', false],
  ['HEAD', false],
  ['OPTIONS', false],
  ['POST', true],
  ['DELETE', true],
  ['PATCH', true],
] as const)('%s may change something: %s', (method, may) => {
  expect(mayAct({ method, body: null, protocol: 'http' })).toBe(may);
});

test.each([
  ['POST', { method: 'initialize' }, false],
  ['POST', { method: 'tools/list' }, false],
  ['POST', { method: 'notifications/initialized' }, false],
  ['POST', { method: 'tools/call' }, true],
  ['POST', { method: 'tasks/update' }, true],
  ['POST', { id: 1, result: {} }, true],
  ['POST', [{ method: 'ping' }], true],
  ['DELETE', null, false],
  ['GET', null, false],
] as const)('of MCP, %s of %j may change something: %s', (method, message, may) => {
  const body = message && Uint8Array.from(utf8(JSON.stringify(message)));
  expect(mayAct({ method, body, protocol: 'mcp' })).toBe(may);
});

test.each([
  [new Response(null, { status: 200 }), true],
  [new Response(null, { status: 500 }), true],
  [new Response(null, { status: 403 }), true],
  [new Response(null, { status: 401 }), false],
  [refused, false],
])('what the third party refuses for want of a good credential was not done (%#)', async (answer, acted) => {
  const heard: string[] = [];
  await sendNoted({ mayAct: true, send: async () => answer, onActed: async () => void heard.push('acted') });
  expect(heard).toEqual(acted ? ['acted'] : []);
});

test('that something was done is known before its answer goes on, and where there is none', async () => {
  const heard: string[] = [];
  const onActed = async () => void heard.push('acted');
  const answer = await sendNoted({ mayAct: true, send: async () => new Response(), onActed });
  expect([answer.status, heard]).toEqual([200, ['acted']]);
  const broken = sendNoted({ mayAct: true, send: () => Promise.reject(new Error('gone')), onActed });
  await expect(broken).rejects.toThrow('gone');
  expect(heard).toEqual(['acted', 'acted']);
});

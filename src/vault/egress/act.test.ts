import { expect, test } from 'vitest';
import { mayHaveActed, sendNoted } from './act.ts';

test.each([
  ['GET', 200, false],
  ['HEAD', 500, false],
  ['POST', 200, true],
  ['POST', 500, true],
  ['DELETE', 204, true],
  ['PATCH', null, true],
  ['POST', 401, false],
] as const)('%s with the answer %s: acted %s', (method, status, acted) => {
  expect(mayHaveActed(method, status)).toBe(acted);
});

test('that something was done is known before its answer goes on, and where there is none', async () => {
  const heard: string[] = [];
  const onActed = async () => void heard.push('acted');
  const answer = await sendNoted({ method: 'POST', send: async () => new Response(), onActed });
  expect([answer.status, heard]).toEqual([200, ['acted']]);
  const broken = sendNoted({ method: 'POST', send: () => Promise.reject(new Error('gone')), onActed });
  await expect(broken).rejects.toThrow('gone');
  expect(heard).toEqual(['acted', 'acted']);
});

import { errors, type JWK } from 'jose';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { KeysUnavailable, keyMembers, keysOf } from './key-source.ts';
import { Signer } from './signer.fake.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

let made = 0;

/** Keys at an address of their own, which answers as the test says. */
function published(...keys: JWK[]) {
  const jwksUri = `https://keys-${++made}.example/`;
  const state = { answer: () => Response.json({ keys }), reads: 0 };
  const fetcher = async () => {
    state.reads += 1;
    return state.answer();
  };
  const find = (kid: string) =>
    keysOf({ jwksUri }, fetcher)({ alg: 'ES256', kid }, { payload: '', signature: '' });
  return { find, state };
}

test('keys are read once, and found by their ids', async () => {
  const signer = await Signer.make('a');
  const { find, state } = published(signer.publicJwk);
  await find('a');
  await find('a');
  expect(state.reads).toBe(1);
});

test('an unknown key is looked for again, but not more often than every five seconds', async () => {
  const { publicJwk } = await Signer.make('a');
  const { find, state } = published(publicJwk);
  await find('a');
  for (let n = 0; n < 20; n++) await expect(find(`made-up-${n}`)).rejects.toThrow(errors.JWKSNoMatchingKey);
  expect(state.reads).toBe(1);
  vi.advanceTimersByTime(5001);
  await expect(find('made-up')).rejects.toThrow(errors.JWKSNoMatchingKey);
  expect(state.reads).toBe(2);
});

test('a key that was taken back is forgotten after five minutes', async () => {
  const { publicJwk } = await Signer.make('a');
  const { find, state } = published(publicJwk);
  await find('a');
  state.answer = () => Response.json({ keys: [{ ...publicJwk, kid: 'b' }] });
  vi.advanceTimersByTime(5 * 60_000 + 1);
  await expect(find('a')).rejects.toThrow(errors.JWKSNoMatchingKey);
});

test.each<[string, () => Response]>([
  ['an error', () => new Response('', { status: 500 })],
  ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example' } })],
  ['what is no JSON', () => new Response('<html>')],
  ['what is no key set', () => Response.json({ keys: 'none' })],
  ['more than 64 KiB', () => Response.json({ keys: [], padding: 'x'.repeat(65_536) })],
])(
  '%s in place of keys means that nothing can be said, and is not asked for again at once',
  async (_what, answer) => {
    const { publicJwk } = await Signer.make('a');
    const { find, state } = published(publicJwk);
    const honest = state.answer;
    state.answer = answer;
    await expect(find('a')).rejects.toThrow(KeysUnavailable);
    await expect(find('a')).rejects.toThrow(KeysUnavailable);
    expect(state.reads).toBe(1);
    state.answer = honest;
    vi.advanceTimersByTime(5001);
    await find('a');
  },
);

test('keys in a setting must be public and asymmetric', async () => {
  const { publicJwk } = await Signer.make('a');
  const read = (...keys: object[]) => z.object(keyMembers).safeParse({ jwks: { keys } }).success;
  expect(read(publicJwk)).toBe(true);
  expect(read()).toBe(false);
  expect(read({ ...publicJwk, d: 'private' })).toBe(false);
  expect(read({ kty: 'oct', k: 'c2VjcmV0' })).toBe(false);
});

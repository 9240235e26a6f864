import { afterEach, expect, test, vi } from 'vitest';
import { fakeSettings } from '../../env.fake.ts';
import { refusal } from '../../errors.fake.ts';
import {
  endedTransaction,
  type Transaction,
  transactionCookie,
  transactionOf,
} from './sign-in-transaction.ts';

const { keyRing: RING } = fakeSettings();
const MINE: Transaction = {
  provider: 'okta',
  state: 'state-of-mine',
  nonce: 'nonce',
  verifier: 'verifier',
  returnTo: '/authorize?a=1',
};

/** A request with what a browser keeps of Set-Cookie headers. */
function browsing(...cookies: string[]): Request {
  const cookie = cookies.map(set => set.split(';', 1)[0]).join('; ');
  return new Request('https://mcp.example.com/sign-in/callback', { headers: { cookie } });
}

afterEach(() => {
  vi.useRealTimers();
});

test('a transaction is found by its state, in the browser that began it', async () => {
  const other = await transactionCookie(RING, { ...MINE, state: 'other', nonce: 'n2' });
  const cookie = await transactionCookie(RING, MINE);
  expect(await transactionOf(RING, browsing(other, cookie), MINE.state)).toMatchObject(MINE);
  expect(await transactionOf(RING, browsing(other), MINE.state)).toBeNull();
});

test('its cookie is for this host, HTTPS and no script, shows nothing and lives ten minutes', async () => {
  const cookie = await transactionCookie(RING, MINE);
  expect(cookie).toMatch(
    /^__Host-gatehouse-sign-in-state-of-mine=\S+; Max-Age=600; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
  );
  expect(Buffer.from(cookie, 'base64url').toString('latin1')).not.toContain('verifier');
  expect(endedTransaction(MINE)).toMatch(
    /^__Host-gatehouse-sign-in-state-of-mine=; Max-Age=0; Path=\/; Secure/,
  );
});

test('it ends after its time, even where the browser keeps the cookie', async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  const cookie = await transactionCookie(RING, MINE);
  vi.setSystemTime(1_700_000_601_000);
  expect(await transactionOf(RING, browsing(cookie), MINE.state)).toBeNull();
});

test('a cookie under the name of another state is no transaction of that state', async () => {
  const cookie = (await transactionCookie(RING, MINE)).replace('state-of-mine', 'other');
  expect(await transactionOf(RING, browsing(cookie), 'other')).toBeNull();
});

test.each(['', 'a b', 'a=b', 'a;b', '../x', '__proto__'])('the state %j finds nothing', async state => {
  expect(await transactionOf(RING, browsing(await transactionCookie(RING, MINE)), state)).toBeNull();
});

test('a transaction that no browser would keep is refused', async () => {
  const returnTo = `/authorize?state=${'x'.repeat(4000)}`;
  await expect(transactionCookie(RING, { ...MINE, returnTo })).rejects.toThrow(
    refusal('sign_in_refused', /too long/),
  );
});

import { EncryptJWT } from 'jose';
import { afterEach, expect, test, vi } from 'vitest';
import { keyRingText } from '../../crypto/key-ring.fake.ts';
import { fakeSettings } from '../../env.fake.ts';
import {
  csrfToken,
  isCsrfTokenValid,
  isSameOrigin,
  type SignedInPerson,
  signedIn,
  signInCookie,
} from './sign-in.ts';

const SETTINGS = fakeSettings({ SIGN_IN_TTL_SECONDS: 60 });
const { keyRing: RING } = SETTINGS;
const ADA: SignedInPerson = {
  tenant: 'acme',
  subject: 'ada',
  roles: ['member'],
  signedInAtMs: 1,
  signInId: 'id',
};
const ORIGIN = 'https://mcp.example.com';

/** A request with what a browser keeps of Set-Cookie headers. */
function browsing(...cookies: string[]): Request {
  const cookie = cookies.map(set => set.split(';', 1)[0]).join('; ');
  return new Request(`${ORIGIN}/authorize`, { headers: { cookie } });
}

afterEach(() => {
  vi.useRealTimers();
});

test('who signed in is known by the cookie, whatever other cookies there are', async () => {
  const cookie = await signInCookie(SETTINGS, ADA);
  expect(await signedIn(SETTINGS, browsing('a=b', cookie, 'c=d'))).toMatchObject(ADA);
});

test('the cookie is for this host, for HTTPS, for no script and for no foreign page', async () => {
  const [pair = '', ...attributes] = (await signInCookie(SETTINGS, ADA)).split('; ');
  expect(pair).toMatch(/^__Host-gatehouse-sign-in=/);
  expect(attributes).toEqual(['Max-Age=60', 'Path=/', 'Secure', 'HttpOnly', 'SameSite=Lax']);
  expect(csrfToken(RING, browsing()).cookie).toMatch(
    /^__Host-gatehouse-csrf=.+; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
  );
});

test('the cookie shows nothing of the person', async () => {
  const readable = Buffer.from(await signInCookie(SETTINGS, ADA), 'base64url').toString('latin1');
  expect(readable).not.toContain('ada');
});

test('a sign-in ends after its time, even where the browser keeps the cookie', async () => {
  vi.useFakeTimers({ now: 1_700_000_000_000 });
  const cookie = await signInCookie(SETTINGS, ADA);
  vi.setSystemTime(1_700_000_059_000);
  expect(await signedIn(SETTINGS, browsing(cookie))).toMatchObject(ADA);
  vi.setSystemTime(1_700_000_061_000);
  expect(await signedIn(SETTINGS, browsing(cookie))).toBeNull();
});

test('a sign-in outlives the rotation of its key, and ends when the key is gone', async () => {
  const cookie = await signInCookie(SETTINGS, ADA);
  const rotated = fakeSettings({ KEY_RING: keyRingText('k1', 'k2') });
  const without = fakeSettings({ KEY_RING: keyRingText('k2') });
  expect(await signedIn(rotated, browsing(cookie))).toMatchObject(ADA);
  expect(await signedIn(without, browsing(cookie))).toBeNull();
});

const jwt = (audience: string) =>
  new EncryptJWT({ ...ADA })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: 'k1' })
    .setAudience(audience)
    .setExpirationTime('1h');

test.each([
  ['no cookie', () => ''],
  ['an empty one', () => '__Host-gatehouse-sign-in='],
  ['noise', () => '__Host-gatehouse-sign-in=a.b.c.d.e'],
  [
    'a cookie whose name has no prefix',
    async () => (await signInCookie(SETTINGS, ADA)).replace('__Host-', ''),
  ],
  ['a cut-off cookie', async () => (await signInCookie(SETTINGS, ADA)).split(';')[0]?.slice(0, -3) ?? ''],
  [
    'a token for another audience',
    async () =>
      `__Host-gatehouse-sign-in=${await jwt('gatehouse:mcp-session').encrypt(RING.derive('k1', 'sign-in'))}`,
  ],
  [
    'a token under the key of another purpose',
    async () =>
      `__Host-gatehouse-sign-in=${await jwt('gatehouse:sign-in').encrypt(RING.derive('k1', 'hop-assertion'))}`,
  ],
])('%s means that nobody is signed in', async (_what, cookie) => {
  expect(await signedIn(SETTINGS, browsing(await cookie()))).toBeNull();
});

test("a form's token is good at the browser that was shown the form", () => {
  const { token, cookie } = csrfToken(RING, browsing());
  expect(isCsrfTokenValid(RING, browsing(cookie), token)).toBe(true);
});

test('a token outlives the rotation of its key', () => {
  const { token, cookie } = csrfToken(RING, browsing());
  const { keyRing: rotated } = fakeSettings({ KEY_RING: keyRingText('k1', 'k2') });
  expect(isCsrfTokenValid(rotated, browsing(cookie), token)).toBe(true);
});

test('a browser that opens several forms can post each of them', () => {
  const first = csrfToken(RING, browsing());
  const second = csrfToken(RING, browsing(first.cookie));
  expect(isCsrfTokenValid(RING, browsing(second.cookie), first.token)).toBe(true);
  expect(isCsrfTokenValid(RING, browsing(second.cookie), second.token)).toBe(true);
});

test('no token is good at another browser, or without its cookie', () => {
  const mine = csrfToken(RING, browsing());
  const theirs = csrfToken(RING, browsing());
  expect(mine.token).not.toBe(theirs.token);
  expect(isCsrfTokenValid(RING, browsing(theirs.cookie), mine.token)).toBe(false);
  expect(isCsrfTokenValid(RING, browsing(), mine.token)).toBe(false);
});

test('a token that was changed in any character is refused', () => {
  const { token, cookie } = csrfToken(RING, browsing());
  const request = browsing(cookie);
  for (let at = 0; at < token.length; at++) {
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    expect(isCsrfTokenValid(RING, request, changed)).toBe(false);
  }
  for (const other of ['', `${token}=`, `${token} `, token.slice(1)]) {
    expect(isCsrfTokenValid(RING, request, other)).toBe(false);
  }
});

test.each(['', 'k9.x', '__proto__.x', '.', 'k1'])(
  'the cookie "%s", which we never set, makes no token good',
  value => {
    expect(isCsrfTokenValid(RING, browsing(`__Host-gatehouse-csrf=${value}`), '')).toBe(false);
  },
);

test.each([
  ['a page of ours', { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }, true],
  ['an older browser at our page', { origin: ORIGIN }, true],
  ['something that is no browser', {}, true],
  ['a foreign page', { origin: 'https://evil.example' }, false],
  ['a page of unknown origin', { origin: 'null' }, false],
  ['our host at another port', { origin: `${ORIGIN}:8443` }, false],
  ['our host without TLS', { origin: 'http://mcp.example.com' }, false],
  ['a neighbouring host', { origin: ORIGIN, 'sec-fetch-site': 'same-site' }, false],
  ['a foreign page that hides its origin', { 'sec-fetch-site': 'cross-site' }, false],
  ['an address that was typed in', { 'sec-fetch-site': 'none' }, false],
])('a post of %s is from our own page or no browser: %s', (_what, headers, expected) => {
  expect(isSameOrigin(ORIGIN, new Request(ORIGIN, { method: 'POST', headers: { ...headers } }))).toBe(
    expected,
  );
});

import { afterEach, expect, test, vi } from 'vitest';
import { keyRingOf } from '../../src/crypto/key-ring.fake.ts';
import { faultLog } from '../../src/errors.fake.ts';
import type { Recheck } from '../../src/identity/provider-recheck.ts';
import type { IdentityProvider } from '../../src/identity/settings.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { PersonCheck, SAME_MOMENT_MS } from './person-check.ts';
import { SealedRows } from './sealed-rows.ts';

const ADA = { tenant: 'acme', subject: 'okta|ada' };
const OKTA = { id: 'okta', name: 'Okta' } as IdentityProvider;
const TTL_MS = 60_000;
const GOOD: Recheck = { kind: 'confirmed', rights: { roles: ['auditor'] } };

/** Over what a test changes: who is checked, whether in development, and the providers there are. */
interface Changes {
  readonly owner?: typeof ADA;
  readonly isDevelopment?: boolean;
  readonly providers?: () => readonly IdentityProvider[];
}

/** A check of a user, at a provider that gives `answers` one after the other, and a rotated token with each. */
function checking(answers: readonly Recheck[], changes: Changes = {}) {
  vi.useFakeTimers({ now: 1_000_000, toFake: ['Date'] });
  const { owner = ADA, isDevelopment = false, providers = () => [OKTA] } = changes;
  const storage = new FakeStorage();
  const { upstream } = new SealedRows(storage.sql as unknown as SqlStorage, keyRingOf('k1'), owner);
  const asked: string[] = [];
  const ended = vi.fn(async () => upstream.delete());
  const hooks: { beforeAnswer?: () => void } = {};
  const check = new PersonCheck({
    owner,
    upstream,
    providers,
    isDevelopment,
    signInTtlMs: TTL_MS,
    endUser: ended,
    recheck: async (_provider, _known, refreshToken, keep) => {
      asked.push(refreshToken);
      hooks.beforeAnswer?.();
      const answer = answers[asked.length - 1];
      if (!answer) throw new Error('the provider was asked too often');
      if (answer.kind !== 'unanswered') keep(`rotated-${asked.length}`);
      return answer;
    },
  });
  return { storage, upstream, check, asked, ended, hooks };
}

const later = (ms = SAME_MOMENT_MS) => vi.setSystemTime(Date.now() + ms);
const over = (words: string) => ({ kind: 'over', description: expect.stringContaining(words) });

afterEach(() => {
  vi.useRealTimers();
});

test('who is confirmed goes on with the roles that the provider names now', async () => {
  const { upstream, check } = checking([GOOD]);
  upstream.signedIn({ provider: 'okta', refreshToken: 'first' }, 1_000_000);
  later();
  expect(await check.check()).toEqual({ kind: 'good', rights: { roles: ['auditor'] } });
  expect(upstream.read()).toMatchObject({
    signedInAtMs: 1_000_000,
    verifiedAtMs: 1_000_000 + SAME_MOMENT_MS,
  });
});

test('each time the provider is asked with the token that it gave last', async () => {
  const { upstream, check, asked } = checking([GOOD, { kind: 'unanswered' }, GOOD]);
  upstream.signedIn({ provider: 'okta', refreshToken: 'first' }, Date.now());
  for (let round = 0; round < 3; round++) {
    await check.check();
    later();
  }
  expect(asked).toEqual(['first', 'rotated-1', 'rotated-1']);
});

test('checks at the same moment ask once, whatever the answer was; a new sign-in is asked about anew', async () => {
  const { upstream, check, asked } = checking([{ kind: 'unanswered' }, GOOD, GOOD]);
  upstream.signedIn({ provider: 'okta', refreshToken: 'first' }, 1);
  expect([await check.check(), await check.check()]).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }]);
  later();
  expect([await check.check(), await check.check()]).toMatchObject([{ kind: 'good' }, { kind: 'good' }]);
  upstream.signedIn({ provider: 'okta', refreshToken: 'second' }, 2);
  await check.check();
  expect(asked).toEqual(['first', 'first', 'second']);
});

test('who is refused has all of their access ended, though the refusal came with a rotated token', async () => {
  const { upstream, check, ended } = checking([{ kind: 'refused' }]);
  upstream.signedIn({ provider: 'okta', refreshToken: 'first' }, Date.now());
  expect(await check.check()).toEqual(over('no longer lets this user in'));
  expect(ended).toHaveBeenCalledOnce();
});

test('a refusal of an old sign-in does not end what a newer one began meanwhile', async () => {
  const { upstream, check, ended, hooks, asked } = checking([{ kind: 'refused' }, GOOD]);
  upstream.signedIn({ provider: 'okta', refreshToken: 'first' }, 1);
  hooks.beforeAnswer = () => upstream.signedIn({ provider: 'okta', refreshToken: 'second' }, 2);
  expect(await check.check()).toEqual({ kind: 'unknown' });
  expect(ended).not.toHaveBeenCalled();
  hooks.beforeAnswer = () => {};
  expect(await check.check()).toMatchObject({ kind: 'good' });
  expect(asked).toEqual(['first', 'second']);
});

test('a provider that is gone from the settings ends all access of its people', async () => {
  const { upstream, check, ended } = checking([], { providers: () => [] });
  upstream.signedIn({ provider: 'okta', refreshToken: 'first' }, Date.now());
  expect(await check.check()).toEqual(over('no longer in use here'));
  expect(ended).toHaveBeenCalledOnce();
});

test('settings that cannot be read end nothing', async () => {
  const faults = faultLog();
  const providers = () => {
    throw new Error('wrong');
  };
  const { upstream, check, ended } = checking([], { providers });
  upstream.signedIn({ provider: 'okta' }, Date.now());
  expect(await check.check()).toEqual({ kind: 'unknown' });
  expect([ended.mock.calls, faults()]).toMatchObject([[], [{ event: 'person_not_checked' }]]);
});

test('a sign-in without a refresh token is good for its time, and then only that app must sign in again', async () => {
  const { upstream, check, ended } = checking([]);
  upstream.signedIn({ provider: 'okta' }, Date.now());
  later(TTL_MS - 1);
  expect(await check.check()).toEqual({ kind: 'good', rights: null });
  later(1);
  expect(await check.check()).toEqual(over('sign in again'));
  upstream.signedIn({ provider: 'okta' }, Date.now());
  expect(await check.check()).toEqual({ kind: 'good', rights: null });
  expect(ended).not.toHaveBeenCalled();
});

test('a token that cannot be opened is no token, and allows nothing', async () => {
  faultLog();
  const { storage, upstream, check, asked } = checking([]);
  upstream.signedIn({ provider: 'okta', refreshToken: 'first' }, Date.now());
  storage.flipBit('upstream_identity', 'refresh_token', 'id = 1');
  expect(await check.check()).toEqual(over('sign in again'));
  expect(asked).toEqual([]);
});

test.each([
  ['good', 'a development identity in development', { tenant: 'default', subject: 'ada' }, true],
  ['over', 'a development identity elsewhere', { tenant: 'default', subject: 'ada' }, false],
  ['over', "a provider's person whose sign-in is not known", ADA, true],
])('the standing is %s for %s', async (kind, _who, owner, isDevelopment) => {
  const { check } = checking([], { owner, isDevelopment });
  expect(await check.check()).toMatchObject({ kind });
});

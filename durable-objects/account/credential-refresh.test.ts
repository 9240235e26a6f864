import { describe, expect, test, vi } from 'vitest';
import { faultLog, refusal } from '../../src/errors.fake.ts';
import type { OAuthCredential } from '../../src/vault/credential.ts';
import type { RefreshOutcome } from '../../src/vault/refresh-grant.ts';
import { AHEAD_MS, connectionTo, OWNER, oauthCredential, TestDesk } from './credential-desk.fake.ts';

const GITHUB = connectionTo('github');
const HOUR_MS = 3_600_000;
const UNAVAILABLE = refusal('credential_unavailable', /github cannot be renewed/);
const UNANSWERED: RefreshOutcome = { kind: 'unanswered', refreshToken: null, isTokenUnused: false };
const named = (version: number) => ({ owner: OWNER, connection: 'github', version });

const endsAt = (no: number, atMs: number) => oauthCredential(no, atMs);
const refreshedTo = (credential: OAuthCredential) => async () => ({ kind: 'refreshed', credential }) as const;

/** A vault with a credential that ends in an hour; `at` is how long that hour still is. */
async function connected({ leftMs }: { leftMs: number }): Promise<TestDesk> {
  const vault = new TestDesk();
  await vault.keep(GITHUB, endsAt(1, Date.now() + HOUR_MS));
  await vault.pass(HOUR_MS - leftMs);
  vault.answer = refreshedTo(endsAt(2, Date.now() + HOUR_MS));
  return vault;
}

/** A promise that resolves once somebody begins something, and the way to end it. */
function held<Value>() {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Value>();
  const run = () => {
    begun.resolve();
    return ended.promise;
  };
  return { run, begun: begun.promise, end: ended.resolve };
}

/** Resolves some time after the entry was written in a way. */
async function written({ storage }: TestDesk, where: string): Promise<void> {
  const find = () => storage.sql.exec(`SELECT 1 FROM credential WHERE ${where}`).toArray();
  await vi.waitFor(() => expect(find()).toHaveLength(1));
  for (let turns = 0; turns < 100; turns++) await new Promise(setImmediate);
}

describe('a credential that is due', () => {
  test('100 calls at once on an expired one make one refresh, and all get what it brought', async () => {
    const vault = await connected({ leftMs: 0 });
    const answers = await Promise.all(Array.from({ length: 100 }, () => vault.use(GITHUB)));
    expect(vault.sent).toEqual(['refresh-1']);
    const tokens = answers.map(answer => answer.kind === 'ready' && answer.version);
    expect(new Set(tokens)).toEqual(new Set([2]));
    expect(vault.events.at(-1)).toEqual({ kind: 'refreshed', ...named(2) });
  });

  test('is refreshed ahead of its end, and not before that', async () => {
    const early = await connected({ leftMs: AHEAD_MS + 1 });
    expect(await early.use(GITHUB)).toMatchObject({ version: 1 });
    const due = await connected({ leftMs: AHEAD_MS });
    expect(await due.use(GITHUB)).toMatchObject({ version: 2 });
  });

  test('uses the refresh token that the last refresh brought', async () => {
    const vault = await connected({ leftMs: 0 });
    await vault.use(GITHUB);
    await vault.pass(HOUR_MS);
    vault.answer = refreshedTo(endsAt(3, Date.now() + HOUR_MS));
    expect(await vault.use(GITHUB)).toMatchObject({ credential: { accessToken: 'access-3' } });
    expect(vault.sent).toEqual(['refresh-1', 'refresh-2']);
  });

  test('is given out only when the new one is stored for good', async () => {
    const vault = await connected({ leftMs: 0 });
    const grant = held<RefreshOutcome>();
    vault.answer = grant.run;
    const order: string[] = [];
    const use = vault.use(GITHUB).then(() => order.push('given out'));
    await grant.begun;
    const release = vault.storage.holdSync();
    grant.end({ kind: 'refreshed', credential: endsAt(2, Date.now() + HOUR_MS) });
    await written(vault, 'version = 2');
    order.push('stored');
    release();
    await use;
    expect(order).toEqual(['stored', 'given out']);
  });

  test('is stored but not given out where the refresh cannot be put on record', async () => {
    const vault = await connected({ leftMs: 0 });
    vault.onEvent = () => Promise.reject(new Error('no audit'));
    await expect(vault.use(GITHUB)).rejects.toThrow('no audit');
    expect(await vault.use(GITHUB)).toMatchObject({ credential: { accessToken: 'access-2' } });
    expect(vault.sent).toEqual(['refresh-1']);
  });

  test('is refreshed once when a third party refuses it, whoever says so first', async () => {
    const vault = await connected({ leftMs: HOUR_MS / 2 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => vault.use(GITHUB, 1)));
    expect(answers.every(answer => answer.kind === 'ready' && answer.version === 2)).toBe(true);
    expect(await vault.use(GITHUB, 1)).toMatchObject({ version: 2 });
    expect(vault.sent).toEqual(['refresh-1']);
  });
});

describe('a refresh token that is over', () => {
  test('makes the connection dead, at once and for good, and its record goes', async () => {
    const vault = await connected({ leftMs: AHEAD_MS });
    vault.answer = async () => ({ kind: 'ended' });
    expect(await vault.use(GITHUB)).toEqual({ kind: 'dead' });
    expect(vault.desk.status(GITHUB).state).toBe('dead');
    expect(await vault.use(GITHUB)).toEqual({ kind: 'dead' });
    expect(vault.sent).toHaveLength(1);
    await vault.pass(HOUR_MS);
    expect(vault.kv.stored.size).toBe(0);
    expect(vault.events.at(-1)).toEqual({ kind: 'died', cause: 'ended', ...named(1) });
  });

  test('is no matter once its owner has connected anew, be it while it was asked about', async () => {
    const vault = await connected({ leftMs: 0 });
    const grant = held<RefreshOutcome>();
    vault.answer = grant.run;
    const use = vault.use(GITHUB);
    await grant.begun;
    await vault.keep(GITHUB, oauthCredential(7));
    grant.end({ kind: 'ended' });
    expect(await use).toMatchObject({ credential: { accessToken: 'access-7' } });
  });

  test('brings nothing back where the connection was ended meanwhile', async () => {
    const vault = await connected({ leftMs: 0 });
    const grant = held<RefreshOutcome>();
    vault.answer = grant.run;
    const use = vault.use(GITHUB);
    await grant.begun;
    await vault.desk.dropAll('access-ended');
    grant.end({ kind: 'refreshed', credential: endsAt(2, Date.now() + HOUR_MS) });
    expect(await use).toEqual({ kind: 'missing' });
    expect(vault.kv.stored.size).toBe(0);
  });
});

describe('a third party that does not answer', () => {
  test('kills nothing: what is good is used on, what is not is unavailable, and later all is well', async () => {
    faultLog();
    const vault = await connected({ leftMs: AHEAD_MS });
    vault.answer = async () => UNANSWERED;
    expect(await vault.use(GITHUB)).toMatchObject({ version: 1 });
    await vault.pass(AHEAD_MS);
    await expect(vault.use(GITHUB)).rejects.toEqual(UNAVAILABLE);
    expect(vault.desk.status(GITHUB).state).toBe('connected');
    vault.answer = refreshedTo(endsAt(2, Date.now() + HOUR_MS));
    await vault.pass(1000);
    expect(await vault.use(GITHUB)).toMatchObject({ version: 2 });
    expect(vault.events.map(({ kind }) => kind)).toEqual(['kept', 'refreshed']);
  });

  test.each([
    ['is still good', AHEAD_MS, 10_000],
    ['has expired', 0, 1000],
  ])('is not asked again at each call, where the credential %s', async (_what, leftMs, pauseMs) => {
    faultLog();
    const vault = await connected({ leftMs });
    vault.answer = async () => UNANSWERED;
    for (let call = 0; call < 5; call++) await vault.use(GITHUB).catch(() => {});
    expect(vault.sent).toHaveLength(1);
    await vault.pass(pauseMs);
    await vault.use(GITHUB).catch(() => {});
    expect(vault.sent).toHaveLength(2);
  });

  test('but did send a new refresh token: it is the one that is used next', async () => {
    const vault = await connected({ leftMs: 0 });
    vault.answer = async () => ({ ...UNANSWERED, refreshToken: 'refresh-rotated' });
    await expect(vault.use(GITHUB)).rejects.toEqual(UNAVAILABLE);
    vault.restart();
    await vault.use(GITHUB).catch(() => {});
    expect(vault.sent).toEqual(['refresh-1', 'refresh-rotated']);
  });
});

describe('a refresh whose answer got lost, as by a crash', () => {
  async function crashed(): Promise<TestDesk> {
    const vault = await connected({ leftMs: 0 });
    const grant = held<RefreshOutcome>();
    vault.answer = grant.run;
    void vault.use(GITHUB);
    await grant.begun;
    vault.restart();
    return vault;
  }

  test('has left a mark that was stored before the token was sent', async () => {
    const vault = await connected({ leftMs: 0 });
    const release = vault.storage.holdSync();
    const use = vault.use(GITHUB);
    await written(vault, 'refresh_began_at_ms IS NOT NULL');
    expect(vault.sent).toEqual([]);
    release();
    await use;
    expect(vault.sent).toEqual(['refresh-1']);
  });

  test('is said to be why, where the token turns out to be used up', async () => {
    const faults = faultLog();
    const vault = await crashed();
    vault.answer = async () => ({ kind: 'ended' });
    expect(await vault.use(GITHUB)).toEqual({ kind: 'dead' });
    expect(vault.events.at(-1)).toEqual({ kind: 'died', cause: 'answer-lost', ...named(1) });
    expect(faults()).toMatchObject([{ event: 'credential_refresh_answer_lost', connection: 'github' }]);
  });

  test('is forgotten where the token is still good', async () => {
    faultLog();
    const vault = await crashed();
    vault.answer = refreshedTo(endsAt(2, Date.now() + HOUR_MS));
    expect(await vault.use(GITHUB)).toMatchObject({ version: 2 });
    await vault.pass(HOUR_MS);
    vault.answer = async () => ({ kind: 'ended' });
    await vault.use(GITHUB);
    expect(vault.events.at(-1)).toMatchObject({ kind: 'died', cause: 'ended' });
  });

  test('stays known while the credential is sealed under another key', async () => {
    faultLog();
    const vault = await crashed();
    vault.restart('k1', 'k2');
    expect(await vault.desk.rewrap()).toEqual({ rewrapped: 1, remaining: 0 });
    vault.answer = async () => ({ kind: 'ended' });
    await vault.use(GITHUB);
    expect(vault.events.at(-1)).toMatchObject({ kind: 'died', cause: 'answer-lost' });
  });

  test.each([
    ['an answer that says that nothing was given out', true, 'ended'],
    ['no answer at all', false, 'answer-lost'],
  ])('is what %s means, or not', async (_what, isTokenUnused, cause) => {
    faultLog();
    const vault = await connected({ leftMs: 0 });
    vault.answer = async () => ({ ...UNANSWERED, isTokenUnused });
    await vault.use(GITHUB).catch(() => {});
    await vault.pass(1000);
    vault.answer = async () => ({ kind: 'ended' });
    await vault.use(GITHUB);
    expect(vault.events.at(-1)).toMatchObject({ kind: 'died', cause });
  });
});

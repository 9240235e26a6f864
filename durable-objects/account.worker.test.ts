import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import type { Env } from '../src/env.ts';
import { connectionsOf } from '../src/grants/connections.ts';
import type { Standing } from '../src/grants/refresh-check.ts';
import { TestUser } from './test-user.fake.ts';

const PROVIDER = { provider: 'okta', refreshToken: 'upstream' };

const proofs = async (user: TestUser, ...atMs: number[]) =>
  Promise.all(
    atMs.map(at => user.access.isProofGood({ provedAtMs: at, clock: 'ours', source: 'sign-in:1' })),
  );

describe('when all access of a user is ended', () => {
  test('grants, tokens, sessions, answers and the upstream identity are gone, and the sign-in is worthless', async () => {
    const user = new TestUser();
    const signedInAtMs = (await user.signIns.recordSignIn(user.owner, PROVIDER)) ?? 0;
    const [first, second] = [await user.connect(), await user.connect()];
    expect(await proofs(user, signedInAtMs)).toEqual([true]);
    expect(await user.rowsOfAccess()).toBeGreaterThan(6);
    await user.access.endUser(user.owner);
    expect(await user.rowsOfAccess()).toBe(0);
    expect(await proofs(user, signedInAtMs)).toEqual([false]);
    expect([await user.propsOf(first.accessToken), await user.propsOf(second.accessToken)]).toEqual([
      null,
      null,
    ]);
    expect((await user.refresh(first)).status).toBe(400);
  });

  test('sessions of installations without a grant end too', async () => {
    const user = new TestUser();
    await user.openSession('of a client that brings a new proof each time');
    expect(await user.rowsOfAccess()).toBe(1);
    await user.access.endUser(user.owner);
    expect(await user.rowsOfAccess()).toBe(0);
  });

  test('they may sign in again at once, and connect again', async () => {
    const user = new TestUser();
    await user.access.endUser(user.owner);
    const signedInAtMs = (await user.signIns.recordSignIn(user.owner, null)) ?? 0;
    expect(await proofs(user, signedInAtMs)).toEqual([true]);
    const app = await user.connect();
    expect(await user.propsOf(app.accessToken)).toMatchObject(user.owner);
  });

  test('an honest retry of an earlier refresh gets no tokens', async () => {
    const user = new TestUser();
    const app = await user.connect();
    expect((await user.refresh(app)).status).toBe(200);
    await user.access.endUser(user.owner);
    expect((await user.refresh(app)).status).toBe(400);
  });
});

test('when an installation ends, no answer with its tokens is kept for a retry', async () => {
  const user = new TestUser();
  const app = await user.connect();
  expect((await user.refresh(app)).status).toBe(200);
  const connections = connectionsOf(env as unknown as Env, user.owner);
  expect(await connections.endClient(user.owner, app.client)).toBe(1);
  expect(await user.rowsOfAccess()).toBe(0);
});

describe('while a user is suspended', () => {
  test('they cannot sign in, grant, redeem or refresh; and what is theirs is gone', async () => {
    const user = new TestUser();
    const app = await user.connect();
    const consented = await user.consent();
    await user.access.suspendUser(user.owner);
    expect(await user.signIns.recordSignIn(user.owner, PROVIDER)).toBeNull();
    expect(await proofs(user, Date.now(), Date.now() + 1000)).toEqual([false, false]);
    await expect(user.consent()).rejects.toThrow('The access of this user is suspended');
    expect([(await user.redeem(consented)).status, (await user.refresh(app)).status]).toEqual([400, 400]);
    expect(await user.rowsOfAccess()).toBe(0);
  });

  test('ending their access does not let them in; only restoring does, and brings nothing back', async () => {
    const user = new TestUser();
    const app = await user.connect();
    await user.access.suspendUser(user.owner);
    await user.access.endUser(user.owner);
    expect(await user.signIns.recordSignIn(user.owner, null)).toBeNull();
    await user.access.restoreUser(user.owner);
    expect(await user.propsOf(app.accessToken)).toBeNull();
    expect(await user.signIns.recordSignIn(user.owner, null)).not.toBeNull();
    expect(await user.propsOf((await user.connect()).accessToken)).toMatchObject(user.owner);
  });
});

test('a refresh during which its user is suspended is refused as a grant that has ended', async () => {
  const user = new TestUser();
  const app = await user.connect();
  const answer = await user.refreshWith(app, () => ({
    checkPerson: async () => {
      await user.access.suspendUser(user.owner);
      return { kind: 'good', rights: null };
    },
  }));
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

describe('a refresh', () => {
  const withStanding = (standing: Standing) => () => ({ checkPerson: async () => standing });

  test('brings the roles that the check found into the new access token, and into later ones', async () => {
    const user = new TestUser();
    const app = await user.connect();
    expect((await user.propsOf(app.accessToken))?.roles).toEqual(['member']);
    const good = withStanding({ kind: 'good', rights: { roles: ['auditor'] } });
    const { body } = await user.refreshWith(app, good);
    expect((await user.propsOf(body.access_token ?? ''))?.roles).toEqual(['auditor']);
    const next = { ...app, refreshToken: body.refresh_token ?? '' };
    const later = await user.refreshWith(next, withStanding({ kind: 'good', rights: null }));
    expect((await user.propsOf(later.body.access_token ?? ''))?.roles).toEqual(['auditor']);
  });

  test.each([
    ['is over', { kind: 'over', description: 'gone' }, 400, 'invalid_grant'],
    ['is unknown', { kind: 'unknown' }, 503, 'temporarily_unavailable'],
  ] as const)('of a person whose standing %s is refused', async (_what, standing, status, error) => {
    const user = new TestUser();
    const app = await user.connect();
    const answer = await user.refreshWith(app, withStanding(standing));
    expect(answer).toMatchObject({ status, body: { error } });
    expect((await user.propsOf(app.accessToken)) !== null).toBe(standing.kind === 'unknown');
  });

  test('that nobody can check is refused, and loses nothing', async () => {
    const user = new TestUser();
    const app = await user.connect();
    expect((await user.refreshWith(app, () => ({}))).status).toBe(503);
    expect((await user.refresh(app)).status).toBe(200);
  });

  test('during which all access ends brings none back', async () => {
    const user = new TestUser();
    const app = await user.connect();
    const answer = await user.refreshWith(app, account => ({
      async checkPerson(): Promise<Standing> {
        await account.endUser(user.owner);
        return { kind: 'good', rights: null };
      },
    }));
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await user.rowsOfAccess()).toBe(0);
  });

  test('of a person of a provider that nothing is known of is over, and ends that app only', async () => {
    const user = new TestUser('okta|');
    await user.signIns.recordSignIn(user.owner, PROVIDER);
    const [first, second] = [await user.connect(), await user.connect()];
    await user.forgetSignIn();
    const answer = await user.refresh(first);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
    expect(await user.propsOf(first.accessToken)).toBeNull();
    expect(await user.propsOf(second.accessToken)).not.toBeNull();
  });

  test('of a person whose provider is gone from the settings ends all of their access', async () => {
    const user = new TestUser('okta|');
    await user.signIns.recordSignIn(user.owner, PROVIDER);
    const [first, second] = [await user.connect(), await user.connect()];
    const answer = await user.refresh(first);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
    expect(await user.propsOf(second.accessToken)).toBeNull();
    expect(await user.rowsOfAccess()).toBe(0);
  });
});

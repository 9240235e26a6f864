import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, expect, test, vi } from 'vitest';
import { toBase64url } from '../src/crypto/bytes.ts';
import { type Env, settingsOf } from '../src/env.ts';
import { authorizationServer } from '../src/grants/authorization-server.ts';
import { withGrantStores } from '../src/grants/grant-store.ts';
import type { GrantProps } from '../src/grants/installation.ts';
import { standingInstallationsOf } from '../src/grants/standing-installations.ts';
import { type TokenOrder, tokenMakerOf } from '../src/grants/token-order.ts';
import { userIdOf } from '../src/grants/user-id.ts';
import { accountObjectName } from '../src/session-key/internal-bearer.ts';
import type { Account } from './account.ts';

const SITE = { origin: 'http://localhost', servers: ['memory'] };
const RESOURCE = 'http://localhost/mcp/memory';
const CLIENT = 'pipeline';

/** The bindings as the gateway has them; OAUTH_CLIENTS comes from vitest.config.ts. */
const bindings = env as unknown as Env;
const { keyRing } = settingsOf(bindings);

let owner: TokenOrder['owner'];
let users = 0;

beforeEach(() => {
  owner = { tenant: 'acme', subject: `client|${++users}` };
});

const order = (changes: Partial<TokenOrder> = {}): TokenOrder => ({
  owner,
  roles: ['member'],
  site: SITE,
  client: CLIENT,
  resource: RESOURCE,
  scopes: ['mcp'],
  proof: { provedAtMs: Date.now(), clock: 'ours', source: 'client:app' },
  singleUse: null,
  ...changes,
});

/** Runs within the account of the test's owner. */
function within(work: (account: Account, sql: SqlStorage) => unknown): Promise<void> {
  const stub = bindings.ACCOUNT.getByName(accountObjectName(owner.tenant, owner.subject));
  return runInDurableObject(stub, async (account, { storage }) => {
    await work(account as Account, storage.sql);
  });
}

async function newToken(changes: Partial<TokenOrder> = {}): Promise<string> {
  const delivery = await tokenMakerOf(bindings, owner).makeToken(order(changes));
  if (delivery.kind !== 'issued') throw new Error(delivery.kind);
  return (JSON.parse(delivery.body) as { access_token: string }).access_token;
}

/** What a token carries; undefined once it is worth nothing. */
async function propsOf(token: string): Promise<GrantProps | undefined> {
  const server = authorizationServer(SITE, settingsOf(bindings));
  const valid = await server.validateToken<GrantProps>(RESOURCE, token, withGrantStores(bindings));
  return valid?.props;
}

/** Ends the grant that a token came from. */
function endGrantOf(token: string): Promise<void> {
  const [userId = '', grantId = ''] = token.split(':');
  const server = authorizationServer(SITE, settingsOf(bindings));
  return server.getOAuthApi(withGrantStores(bindings)).revokeGrant(grantId, userId);
}

test('tokens of one client have one installation, which an external token would have too', async () => {
  const [first, second] = [await propsOf(await newToken()), await propsOf(await newToken())];
  expect(first?.installation).toEqual(second?.installation);
  const keeper = standingInstallationsOf(bindings, owner);
  expect(await keeper.standingInstallation(owner, CLIENT, RESOURCE)).toEqual(first?.installation);
  const elsewhere = await keeper.standingInstallation(owner, CLIENT, `${SITE.origin}/mcp`);
  expect(elsewhere.id).not.toBe(first?.installation.id);
});

test('when a grant ends, the installation ends with its sessions, its tokens and its key', async () => {
  const [ended, sibling] = [await newToken(), await newToken()];
  const before = await propsOf(ended);
  await within(async account => {
    const installationId = before?.installation.id ?? '';
    const session = {
      object: 'session-1',
      installationId,
      resource: RESOURCE,
      revision: '2026-07-28',
      client: null,
    };
    await account.openedSession(owner, session);
  });
  await endGrantOf(ended);
  expect([await propsOf(ended), await propsOf(sibling)]).toEqual([undefined, undefined]);
  await within((_account, sql) => {
    for (const table of ['standing_installation', 'installation_session']) {
      expect(sql.exec(`SELECT * FROM ${table}`).toArray()).toEqual([]);
    }
  });
  const after = await propsOf(await newToken());
  expect(after?.installation.id).not.toBe(before?.installation.id);
  expect(after?.installation.key).not.toBe(before?.installation.key);
});

test('when only a token ends, the others and the installation stay', async () => {
  const [ended, sibling] = [await newToken(), await newToken()];
  const before = await propsOf(sibling);
  await within(async account => {
    const [key] = (await account.listGrants(`token:${ended.split(':').slice(0, 2).join(':')}:`)).map(
      listed => listed.key,
    );
    await account.deleteGrant(key ?? '');
  });
  expect(await propsOf(ended)).toBeUndefined();
  expect((await propsOf(await newToken()))?.installation).toEqual(before?.installation);
});

test('a proof is good for one token, however many ask at once', async () => {
  const singleUse = {
    hash: toBase64url(crypto.getRandomValues(new Uint8Array(32))),
    expiresAtMs: Date.now() + 60_000,
  };
  const account = tokenMakerOf(bindings, owner);
  const deliveries = await Promise.all(
    Array.from({ length: 20 }, () => account.makeToken(order({ singleUse }))),
  );
  const kinds = deliveries.map(({ kind }) => kind).toSorted();
  expect(kinds).toEqual(['issued', ...Array.from({ length: 19 }, () => 'used')]);
});

test('a proof that no longer counts brings nothing, and uses nothing up', async () => {
  await within(async account => {
    const isProofGood = vi.spyOn(account, 'isProofGood').mockResolvedValue(false);
    const singleUse = { hash: 'h', expiresAtMs: Date.now() + 60_000 };
    expect(await account.makeToken(order({ singleUse }))).toEqual({ kind: 'withdrawn' });
    isProofGood.mockResolvedValue(true);
    expect((await account.makeToken(order({ singleUse }))).kind).toBe('issued');
  });
});

test('when access ends while a token is made, the token ends too', async () => {
  await within(async account => {
    vi.spyOn(account, 'isProofGood').mockResolvedValueOnce(true).mockResolvedValue(false);
    expect(await account.makeToken(order())).toEqual({ kind: 'withdrawn' });
    expect(await account.listGrants(`grant:${userIdOf(keyRing, owner)}:`)).toEqual([]);
    expect(await account.listGrants(`token:${userIdOf(keyRing, owner)}:`)).toEqual([]);
  });
});

test('when its user is suspended while a token is made, the proof counts no more', async () => {
  await within(async account => {
    vi.spyOn(account, 'isProofGood').mockImplementationOnce(async () => {
      await account.suspendUser(owner);
      return true;
    });
    expect(await account.makeToken(order())).toEqual({ kind: 'withdrawn' });
  });
});

test('a token that is made is not refreshed, and leaves no grant that outlives it', async () => {
  const delivery = await tokenMakerOf(bindings, owner).makeToken(order());
  const answer = JSON.parse(delivery.kind === 'issued' ? delivery.body : '{}');
  expect(answer).toMatchObject({ token_type: 'bearer', scope: 'mcp', resource: RESOURCE, expires_in: 3600 });
  expect(answer).not.toHaveProperty('refresh_token');
  await within((_account, sql) => {
    const rows = sql.exec<{ expires_at: number }>('SELECT expires_at FROM grant_record').toArray();
    for (const { expires_at } of rows) expect(expires_at).toBeLessThanOrEqual(Date.now() / 1000 + 3600);
  });
});

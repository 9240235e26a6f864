import { describe, expect, test } from 'vitest';
import { seededRandom, withBitFlipped } from '../../src/crypto/random.fake.ts';
import { faultLog, refusal } from '../../src/errors.fake.ts';
import type { Credential } from '../../src/vault/credential.ts';
import { recordKey, sealRecord } from '../../src/vault/credential-record.ts';
import { connectionTo, OWNER, oauthCredential, TestDesk } from './credential-desk.fake.ts';
import { SETTLE_MS } from './record-chore.ts';

const GITHUB = connectionTo('github');
const GITLAB = connectionTo('gitlab');
const DAY_MS = 86_400_000;
const named = (version: number, connection = 'github') => ({ owner: OWNER, connection, version });

describe('a credential that was kept', () => {
  const kinds: readonly Credential[] = [
    oauthCredential(1),
    { kind: 'secret', value: 'a key' },
    { kind: 'basic', username: 'ada', password: 'a password' },
  ];
  test.each(kinds)(
    'is handed out at once, where KV serves minute-old reads, and for good: %o',
    async kept => {
      const vault = new TestDesk();
      await vault.keep(GITHUB, kept as never);
      for (let days = 0; days < 3; days++) {
        expect(await vault.use(GITHUB)).toEqual({ kind: 'ready', credential: kept, version: 1 });
        await vault.pass(DAY_MS);
      }
      expect(vault.events).toEqual([{ kind: 'kept', ...named(1) }]);
    },
  );

  test('is in KV alone once KV serves it everywhere, and is not readable in either place', async () => {
    const vault = new TestDesk();
    await vault.keep(GITHUB, oauthCredential(1));
    const copy = vault.storage.dump();
    await vault.pass(SETTLE_MS);
    expect(copy.length - vault.storage.dump().length).toBeGreaterThan(300);
    expect(await vault.desk.current(GITHUB, null)).toEqual({ kind: 'ready', version: 1, record: null });
    const all = [copy, ...vault.kv.stored.keys(), ...vault.kv.stored.values()].join();
    for (const secret of ['access-1', 'refresh-1']) expect(all).not.toContain(secret);
  });

  test('takes the place of an earlier one, whose record goes', async () => {
    const vault = new TestDesk();
    await vault.keep(GITHUB, oauthCredential(1));
    await vault.keep(GITHUB, oauthCredential(2));
    expect(await vault.use(GITHUB)).toMatchObject({ credential: oauthCredential(2), version: 2 });
    expect([...vault.kv.stored.keys()]).toEqual([recordKey(OWNER, 'github', 2)]);
  });

  test('is written to KV by alarm where KV was down, and handed out meanwhile', async () => {
    const faults = faultLog();
    const vault = new TestDesk();
    vault.kv.isDown = true;
    await vault.keep(GITHUB);
    expect(faults()).toMatchObject([{ event: 'credential_record_not_stored', chore: 'put' }]);
    expect(await vault.use(GITHUB)).toMatchObject({ kind: 'ready' });
    vault.kv.isDown = false;
    await vault.pass(DAY_MS);
    expect(vault.kv.stored.size).toBe(1);
    expect(await vault.use(GITHUB)).toMatchObject({ kind: 'ready' });
  });

  test('is written to KV by alarm where the object ended in between', async () => {
    const vault = new TestDesk();
    vault.publisher.run = async () => {};
    await vault.keep(GITHUB);
    expect(vault.kv.stored.size).toBe(0);
    vault.restart();
    await vault.pass(DAY_MS);
    expect(vault.kv.stored.size).toBe(1);
  });

  test('is written again where KV has lost it before it settled', async () => {
    const vault = new TestDesk();
    await vault.keep(GITHUB);
    await vault.kv.delete(recordKey(OWNER, 'github', 1));
    await vault.pass(DAY_MS);
    expect(await vault.use(GITHUB)).toMatchObject({ kind: 'ready' });
  });

  test('is no good for other origins than those it was connected for', async () => {
    const vault = new TestDesk();
    await vault.keep(GITHUB);
    const moved = connectionTo('github', { origins: ['https://evil.example'] });
    expect(await vault.use(moved)).toEqual({ kind: 'dead' });
    expect(vault.desk.status(moved).state).toBe('dead');
    expect(await vault.use(GITHUB)).toMatchObject({ kind: 'ready' });
  });

  test.each([
    ['another client', { clientId: 'another' }],
    ['another token endpoint', { tokenUrl: 'https://evil.example/token' }],
    ['another issuer', { issuer: 'https://evil.example' }],
    ['another resource', { resource: 'https://other.example/mcp' }],
  ])('is no good with %s: its refresh token is never sent there', async (_what, change) => {
    const vault = new TestDesk();
    await vault.keep(GITHUB, oauthCredential(1, Date.now() + DAY_MS));
    await vault.pass(DAY_MS);
    const oauth = GITHUB.oauth && { ...GITHUB.oauth, ...change };
    const changed = connectionTo('github', { oauth });
    expect(await vault.use(changed)).toEqual({ kind: 'dead' });
    expect(vault.desk.status(changed).state).toBe('dead');
    expect(vault.sent).toEqual([]);
    await vault.keep(changed, oauthCredential(2));
    expect(await vault.use(changed)).toMatchObject({
      kind: 'ready',
      credential: { accessToken: 'access-2' },
    });
  });

  test('stays good where only the secret of the client, or what is asked for, changes', async () => {
    const vault = new TestDesk();
    await vault.keep(GITHUB);
    const oauth = GITHUB.oauth && { ...GITHUB.oauth, clientSecret: 'rotated', scopes: ['more'] };
    expect(await vault.use(connectionTo('github', { oauth }))).toMatchObject({ kind: 'ready' });
  });

  test('that was entered is no good once the connection has an authorization server', async () => {
    const vault = new TestDesk();
    await vault.desk.keep(
      connectionTo('github', { oauth: null }),
      { kind: 'secret', value: 'a key' },
      async () => {},
    );
    expect(await vault.use(GITHUB)).toEqual({ kind: 'dead' });
  });

  test('is not kept where that cannot be put on record', async () => {
    const vault = new TestDesk();
    vault.onEvent = () => Promise.reject(new Error('no audit'));
    await expect(vault.keep(GITHUB)).rejects.toThrow('no audit');
    expect(await vault.use(GITHUB)).toEqual({ kind: 'missing' });
    expect(vault.kv.stored.size).toBe(0);
  });
});

describe('a credential that was dropped', () => {
  test('is gone, in KV too, and its versions are not used again', async () => {
    const vault = new TestDesk();
    await vault.keep(GITHUB);
    expect(await vault.desk.drop(GITHUB)).toBe(true);
    expect(vault.kv.stored.size).toBe(0);
    expect(await vault.use(GITHUB)).toEqual({ kind: 'missing' });
    expect(await vault.desk.drop(GITHUB)).toBe(false);
    await vault.keep(GITHUB);
    expect(await vault.use(GITHUB)).toMatchObject({ version: 2 });
    expect(vault.events.map(({ kind, version }) => [kind, version])).toEqual([
      ['kept', 1],
      ['dropped', 1],
      ['kept', 2],
    ]);
  });

  test('is revoked at its third party, and at no other', async () => {
    const vault = new TestDesk();
    await vault.keep(GITHUB);
    await vault.desk.drop(GITHUB);
    expect(vault.revoked).toEqual(['refresh-1']);
    await vault.keep(GITHUB, oauthCredential(2));
    const oauth = GITHUB.oauth && { ...GITHUB.oauth, tokenUrl: 'https://evil.example/token' };
    expect(await vault.desk.drop(connectionTo('github', { oauth }))).toBe(true);
    expect(vault.revoked).toEqual(['refresh-1']);
  });

  test('is deleted here, though it cannot be read and so not be revoked', async () => {
    faultLog();
    const vault = new TestDesk();
    await vault.keep(GITHUB);
    await vault.pass(SETTLE_MS);
    vault.kv.plant(recordKey(OWNER, 'github', 1), 'not what was stored');
    expect(await vault.desk.drop(GITHUB)).toBe(true);
    expect([await vault.use(GITHUB), vault.revoked]).toEqual([{ kind: 'missing' }, []]);
  });

  test('goes from KV at once, though that it was dropped could not be put on record', async () => {
    const vault = new TestDesk();
    await vault.keep(GITHUB);
    vault.onEvent = () => Promise.reject(new Error('no audit'));
    await expect(vault.desk.drop(GITHUB)).rejects.toThrow('no audit');
    expect(vault.kv.stored.size).toBe(0);
  });

  test('goes from KV by alarm where KV was down, though that it was dropped could not be put on record', async () => {
    faultLog();
    const vault = new TestDesk();
    await vault.keep(GITHUB);
    vault.kv.isDown = true;
    vault.onEvent = () => Promise.reject(new Error('no audit'));
    await expect(vault.desk.drop(GITHUB)).rejects.toThrow('no audit');
    expect(vault.kv.stored.size).toBe(1);
    vault.kv.isDown = false;
    vault.restart();
    await vault.pass(DAY_MS);
    expect(vault.kv.stored.size).toBe(0);
    expect(await vault.use(GITHUB)).toEqual({ kind: 'missing' });
  });

  test('goes with all others when all access of its owner ends', async () => {
    const vault = new TestDesk();
    await vault.keep(GITHUB);
    await vault.keep(GITLAB);
    await vault.desk.dropAll('access-ended');
    expect([await vault.use(GITHUB), await vault.use(GITLAB)]).toEqual([
      { kind: 'missing' },
      { kind: 'missing' },
    ]);
    expect(vault.kv.stored.size).toBe(0);
    expect(vault.events.slice(2)).toEqual([
      { kind: 'dropped', cause: 'access-ended', ...named(1) },
      { kind: 'dropped', cause: 'access-ended', ...named(1, 'gitlab') },
    ]);
  });

  test('is revoked at its third party when all access of its owner ends, from KV too, and at no other', async () => {
    const vault = new TestDesk();
    await vault.keep(GITHUB);
    await vault.pass(SETTLE_MS);
    await vault.keep(GITLAB, oauthCredential(2));
    await vault.keep(connectionTo('gone'), oauthCredential(3));
    vault.connections.delete('gone');
    await vault.keep(connectionTo('moved'), oauthCredential(4));
    const oauth = GITHUB.oauth && { ...GITHUB.oauth, tokenUrl: 'https://evil.example/token' };
    vault.connections.set('moved', connectionTo('moved', { oauth }));
    await vault.desk.dropAll('access-ended');
    await expect.poll(() => vault.revoked.toSorted()).toEqual(['refresh-1', 'refresh-2']);
  });

  test('goes with all others, though nothing of it can be revoked', async () => {
    const vault = new TestDesk();
    await vault.keep(GITHUB);
    vault.connectionsFail = true;
    await vault.desk.dropAll('access-ended');
    expect([vault.kv.stored.size, vault.revoked]).toEqual([0, []]);
  });

  test('is not brought back by what was being kept when all access ended', async () => {
    const vault = new TestDesk();
    const isKept = await vault.desk.keep(GITHUB, oauthCredential(1), () =>
      vault.desk.dropAll('access-ended'),
    );
    expect(isKept).toBe(false);
    expect(await vault.use(GITHUB)).toEqual({ kind: 'missing' });
    expect(vault.kv.stored.size).toBe(0);
  });
});

test('looking at the credentials of an account that has none stores nothing', async () => {
  const vault = new TestDesk();
  expect(vault.desk.status(GITHUB)).toEqual({ state: 'missing', connectedAtMs: null, expiresAtMs: null });
  expect(await vault.use(GITHUB)).toEqual({ kind: 'missing' });
  expect(await vault.desk.drop(GITHUB)).toBe(false);
  await vault.desk.dropAll('access-ended');
  expect(await vault.desk.rewrap()).toEqual({ rewrapped: 0, remaining: 0 });
  expect(vault.storage.dump()).toBe('');
  expect(vault.storage.alarmMs).toBeNull();
});

describe('1,000 records that were put in the place of the right one', () => {
  const refused = refusal('sealed_unreadable', /github failed a check/);

  /** A vault with its record in KV alone, and other records of all kinds that are or were good somewhere. */
  async function plundered() {
    const vault = new TestDesk();
    await vault.keep(GITHUB, oauthCredential(1));
    const rolledBack = [...vault.kv.stored.values()];
    await vault.keep(GITHUB, oauthCredential(2));
    await vault.keep(GITLAB, oauthCredential(3));
    const place = { owner: OWNER, connection: 'github', origins: GITHUB.origins, version: 2 };
    const elsewhere = [
      { ...place, owner: { ...OWNER, subject: 'okta|eve' } },
      { ...place, owner: { ...OWNER, tenant: 'other' } },
      { ...place, connection: 'gitlab' },
      { ...place, origins: ['https://evil.example'] },
      { ...place, version: 3 },
    ];
    const sealed = await Promise.all(
      elsewhere.map(each => sealRecord(vault.keyRing, each, oauthCredential(9))),
    );
    await vault.pass(DAY_MS);
    const [key = '', otherKey = ''] = ['github', 'gitlab'].map((id, at) => recordKey(OWNER, id, 2 - at));
    const right = vault.kv.stored.get(key) ?? '';
    const swapped = [vault.kv.stored.get(otherKey) ?? '', ...sealed.map(({ text }) => text)];
    return { vault, key, right, foreign: [...rolledBack, ...swapped] };
  }

  test('are refused and put on record, every one, and nothing else breaks', async () => {
    const faults = faultLog();
    const random = seededRandom();
    const { vault, key, right, foreign } = await plundered();
    const before = vault.events.length;
    for (let round = 0; round < 1000; round++) {
      const flipped = Buffer.from(withBitFlipped(Buffer.from(right), random.below(right.length * 8)));
      const bad = round % 2 === 0 ? flipped.toString() : (foreign[random.below(foreign.length)] ?? '');
      vault.kv.plant(key, bad);
      await expect(vault.use(GITHUB)).rejects.toEqual(refused);
    }
    expect(vault.events.length - before).toBe(1000);
    expect(new Set(vault.events.slice(before).map(event => JSON.stringify(event)))).toEqual(
      new Set([JSON.stringify({ kind: 'refused', reason: 'unreadable', ...named(2) })]),
    );
    expect(JSON.stringify([vault.events, faults()])).not.toMatch(/access-|refresh-\d/);
    expect(await vault.use(GITLAB)).toMatchObject({ credential: oauthCredential(3) });
    vault.kv.plant(key, right);
    expect(await vault.use(GITHUB)).toMatchObject({ credential: oauthCredential(2) });
  });

  test('one that is not there is refused and put on record too', async () => {
    faultLog();
    const { vault, key } = await plundered();
    await vault.kv.delete(key);
    await vault.pass(DAY_MS);
    await expect(vault.use(GITHUB)).rejects.toEqual(refused);
    expect(vault.events.at(-1)).toEqual({ kind: 'refused', reason: 'missing', ...named(2) });
  });

  test('one that is to be refreshed is refused before anything is sent', async () => {
    faultLog();
    const { vault, key, foreign } = await plundered();
    vault.kv.plant(key, foreign[0] ?? '');
    await expect(vault.use(GITHUB, 2)).rejects.toEqual(refused);
    expect(vault.sent).toEqual([]);
    expect(vault.events.at(-1)).toMatchObject({ kind: 'refused', reason: 'unreadable', version: 2 });
  });
});

test('an account from before credentials had a binding takes them in, and asks to connect what it has again', async () => {
  const vault = new TestDesk();
  await vault.keep(GITHUB);
  vault.storage.sql.exec('ALTER TABLE credential DROP COLUMN binding');
  vault.restart();
  expect(await vault.use(GITHUB)).toEqual({ kind: 'dead' });
  await vault.keep(GITHUB);
  expect(await vault.use(GITHUB)).toMatchObject({ kind: 'ready' });
});

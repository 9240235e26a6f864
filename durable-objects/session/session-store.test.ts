import { expect, test } from 'vitest';
import { keyRingOf } from '../../src/crypto/key-ring.fake.ts';
import { seededRandom, withBitFlipped } from '../../src/crypto/random.fake.ts';
import { refusal } from '../../src/errors.fake.ts';
import { ADA, ALMOST_ADA } from '../../src/principal.fake.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { newSession, SEED } from './session-store.fake.ts';
import { SessionStore } from './session-store.ts';

const UNREADABLE = refusal('sealed_unreadable', /^A sealed value in \w+ could not be opened\.$/);
const UNKNOWN = refusal('session_unknown', /^No such session\./);

test('a session that was opened before goes on as it was', () => {
  const { store, reopen } = newSession();
  expect(store.client).toEqual(SEED.client);
  expect(reopen().client).toEqual(SEED.client);
  store.client = { info: { name: 'changed' } };
  expect(reopen().client).toEqual({ info: { name: 'changed' } });
});

test('when a session ends is known without any key, and can be put off', () => {
  const { fake, store } = newSession();
  expect(SessionStore.expiresAtMs(fake.storage)).toBe(SEED.expiresAtMs);
  store.extend(SEED.expiresAtMs + 5);
  expect(SessionStore.expiresAtMs(fake.storage)).toBe(SEED.expiresAtMs + 5);
});

test('an object that has no session says so, and looking creates nothing', () => {
  const fake = new FakeStorage();
  expect(SessionStore.expiresAtMs(fake.storage)).toBeUndefined();
  expect(() => SessionStore.open(fake.storage, keyRingOf('k1'), SEED)).toThrow(UNKNOWN);
  expect(fake.storage.sql.exec('SELECT name FROM sqlite_master').toArray()).toEqual([]);
});

test('an object holds one session, and a second cannot take its place', () => {
  const { fake, ring, reopen } = newSession();
  expect(() => SessionStore.create(fake.storage, ring, { ...SEED, client: 'other' })).toThrow();
  expect(reopen().client).toEqual(SEED.client);
});

test.each([
  ['another bearer', Uint8Array.of(1, 2, 4)],
  ['a shorter bearer', Uint8Array.of(1, 2)],
  ['no bearer', new Uint8Array()],
])('with %s there is no session', (_what, bearer) => {
  const { fake, ring } = newSession();
  expect(() => SessionStore.open(fake.storage, ring, { ...SEED, bearer })).toThrow(UNKNOWN);
  expect(() => SessionStore.checkBearer(fake.storage, bearer)).toThrow(UNKNOWN);
});

test('its own bearer may enter, and for that no key is needed', () => {
  const { fake } = newSession();
  expect(SessionStore.checkBearer(fake.storage, SEED.bearer)).toMatchObject({
    expires_at_ms: SEED.expiresAtMs,
  });
  expect(() => SessionStore.checkBearer(new FakeStorage().storage, SEED.bearer)).toThrow(UNKNOWN);
});

test.each(ALMOST_ADA.filter(([field]) => ['tenant', 'subject', 'grant'].includes(field)))(
  'even with the bearer, a principal of another %s cannot unseal the session',
  (_field, principal) => {
    const { fake, ring } = newSession();
    expect(() => SessionStore.open(fake.storage, ring, { ...SEED, principal })).toThrow(UNREADABLE);
  },
);

test('without the key of the installation a session cannot be unsealed, master key or not', () => {
  const { fake, ring } = newSession();
  const principal = { ...ADA, installation: { ...ADA.installation, key: 'a guess' } };
  expect(() => SessionStore.open(fake.storage, ring, { ...SEED, principal })).toThrow(UNREADABLE);
});

test('a session that was copied to another object cannot be unsealed', () => {
  const { fake, ring } = newSession();
  expect(() => SessionStore.open(fake.storage, ring, { ...SEED, object: 'object-2' })).toThrow(UNREADABLE);
});

test('a session outlives the rotation of its master key, and ends when that key is gone', () => {
  const { fake } = newSession();
  expect(SessionStore.open(fake.storage, keyRingOf('k1', 'k2'), SEED).client).toEqual(SEED.client);
  expect(() => SessionStore.open(fake.storage, keyRingOf('k2'), SEED)).toThrow(UNREADABLE);
});

test('nothing that a session remembers is stored in the clear', () => {
  const { fake, store } = newSession();
  const canary = 'canary-5d1f';
  store.client = { canary };
  store.exec(
    'INSERT INTO event (stream, seq, part, message) VALUES (1, 1, 0, ?)',
    store.seal('event', '1/1', 'message', { canary }),
  );
  const dump = fake.dump();
  expect(dump).not.toContain(canary);
  expect(dump).not.toContain('editor');
  expect(dump).not.toContain(Buffer.from(SEED.bearer).toString('latin1'));
  expect(dump).not.toContain(ADA.installation.key);
});

test('two sessions of one user have keys of their own', () => {
  const [first, second] = [newSession().store, newSession().store];
  const sealed = first.seal('event', '1/1', 'message', 'hello');
  expect(first.unseal('event', '1/1', 'message', sealed)).toBe('hello');
  expect(() => second.unseal('event', '1/1', 'message', sealed)).toThrow(UNREADABLE);
});

test.each([
  ['table', 'stream', '1/1', 'message'],
  ['row', 'event', '1/2', 'message'],
  ['column', 'event', '1/1', 'request'],
])('a value that was moved to another %s is refused', (_what, table, row, column) => {
  const { store } = newSession();
  const sealed = store.seal('event', '1/1', 'message', 'hello');
  expect(() => store.unseal(table, row, column, sealed)).toThrow(UNREADABLE);
});

test('1,000 values that were flipped or swapped are refused, and nothing else breaks', () => {
  const { store } = newSession();
  const random = seededRandom();
  const rows = Array.from({ length: 20 }, (_, seq) => `1/${seq}`);
  const sealed = rows.map(row => store.seal('event', row, 'message', { row }));
  for (let i = 0; i < 1000; i++) {
    const at = random.below(rows.length);
    const victim = sealed[at] ?? new ArrayBuffer();
    const other = sealed[(at + 1 + random.below(rows.length - 1)) % rows.length] ?? new ArrayBuffer();
    const flipped = withBitFlipped(new Uint8Array(victim), random.below(victim.byteLength * 8)).buffer;
    const attempt = () => store.unseal('event', rows[at] ?? '', 'message', i % 2 === 0 ? flipped : other);
    expect(attempt).toThrow(UNREADABLE);
  }
  rows.forEach((row, at) => {
    expect(store.unseal('event', row, 'message', sealed[at] ?? new ArrayBuffer())).toEqual({ row });
  });
});

test('several statements take effect together or not at all', () => {
  const { store } = newSession();
  const work = () =>
    store.transaction(() => {
      store.extend(1);
      throw new Error('cut off');
    });
  expect(work).toThrow('cut off');
  expect(store.exec('SELECT expires_at_ms FROM session')).toEqual([{ expires_at_ms: SEED.expiresAtMs }]);
  expect(store.transaction(() => 'done')).toBe('done');
});

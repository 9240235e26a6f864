import { expect, test } from 'vitest';
import { faultLog } from '../../src/errors.fake.ts';
import type { OpenSession } from '../../src/grants/open-sessions.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { SessionLabels } from './session-labels.ts';
import { SessionRegister } from './session-register.ts';

const NOW_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const LABELS = new SessionLabels({ tenant: 'acme', subject: 'ada' }, () => ({
  kid: 'data',
  key: new Uint8Array(32),
}));
const LABEL = { name: 'Editor of secrets', version: '1.2.3' };

const session = (object: string, installationId: string, client = LABEL as OpenSession['client']) => ({
  object,
  installationId,
  resource: 'https://mcp.example.com/mcp',
  revision: client ? '2025-11-25' : '2026-07-28',
  client,
});

/** A register whose sessions write down what they are told, and fail where they are called so. */
function registerWith(told: string[]) {
  const storage = new FakeStorage();
  const tell = (word: string, object: string) => async () => {
    told.push(`${word} ${object}`);
    if (object === 'deaf') throw new Error('gone');
  };
  const register = new SessionRegister(storage.storage.sql, object => ({
    endWithGrant: tell('end', object),
    hangUp: tell('hang up', object),
  }));
  return { storage, register };
}

const idsOf = (register: SessionRegister, installation: string) =>
  register.list(installation, LABELS).map(({ id }) => id);

test('the end of an installation ends its sessions, that of a token hangs them up, and others hear nothing', async () => {
  const told: string[] = [];
  const { register } = registerWith(told);
  await register.endAll('i');
  expect(register.installations()).toEqual([]);
  register.opened(session('a', 'i'), LABELS, NOW_MS);
  register.opened(session('b', 'i'), LABELS, NOW_MS);
  register.opened(session('c', 'j'), LABELS, NOW_MS);
  expect(register.installations().toSorted()).toEqual(['i', 'j']);
  register.closed('b');
  await register.hangUpAll('i');
  await register.endAll('i');
  await register.endAll('i');
  expect(told).toEqual(['hang up a', 'end a']);
});

test('sessions are listed with what their client said, sealed on disk, and neither by name nor in the clear', () => {
  const { storage, register } = registerWith([]);
  register.opened(session('object-a', 'i'), LABELS, NOW_MS);
  register.opened(session('object-home', 'i', null), LABELS, NOW_MS + 1);
  const [home, opened] = register.list('i', LABELS);
  expect(opened).toEqual({
    id: expect.stringMatching(/^[\w-]{22}$/),
    revision: '2025-11-25',
    client: LABEL,
    openedAtMs: NOW_MS,
    lastUsedAtMs: NOW_MS,
  });
  expect(home).toMatchObject({ revision: '2026-07-28', client: null });
  expect(JSON.stringify([home, opened])).not.toContain('object-');
  expect(storage.dump()).not.toContain(LABEL.name);
});

test('a label that cannot be opened is reported, and its session is listed without it', () => {
  const faults = faultLog();
  const { storage, register } = registerWith([]);
  register.opened(session('a', 'i'), LABELS, NOW_MS);
  storage.flipBit('installation_session', 'client', "object = 'a'");
  expect(register.list('i', LABELS)).toMatchObject([{ client: { name: '', version: '' } }]);
  expect(faults()).toMatchObject([{ event: 'session_label_unreadable' }]);
});

test('use is written down at most once a minute', () => {
  const { register } = registerWith([]);
  register.used('a', NOW_MS);
  register.opened(session('a', 'i'), LABELS, NOW_MS);
  const usedAt = () => register.list('i', LABELS)[0]?.lastUsedAtMs;
  register.used('a', NOW_MS + MINUTE_MS - 1);
  expect(usedAt()).toBe(NOW_MS);
  register.used('a', NOW_MS + MINUTE_MS);
  expect(usedAt()).toBe(NOW_MS + MINUTE_MS);
});

test('one session is ended by its public id, once', async () => {
  const told: string[] = [];
  const { register } = registerWith(told);
  register.opened(session('a', 'i'), LABELS, NOW_MS);
  register.opened(session('b', 'i'), LABELS, NOW_MS + 1);
  const [, first = ''] = idsOf(register, 'i');
  expect(await register.end('a', NOW_MS)).toBe(false);
  expect(await register.end(first, NOW_MS)).toBe(true);
  expect(await register.end(first, NOW_MS)).toBe(false);
  expect(told).toEqual(['end a']);
  expect(idsOf(register, 'i')).toHaveLength(1);
});

test('a session that could not be told is not called ended', async () => {
  const { register } = registerWith([]);
  register.opened(session('deaf', 'i'), LABELS, NOW_MS);
  const [id = ''] = idsOf(register, 'i');
  await expect(register.end(id, NOW_MS)).rejects.toThrow('gone');
  expect(idsOf(register, 'i')).toEqual([id]);
});

test('a home that was ended is hidden until it opens a stream again, but still reached by the end of its grant', async () => {
  const told: string[] = [];
  const { register } = registerWith(told);
  const home = session('home', 'i', null);
  register.opened(home, LABELS, NOW_MS);
  const [id = ''] = idsOf(register, 'i');
  await register.end(id, NOW_MS);
  expect(idsOf(register, 'i')).toEqual([]);
  register.opened(home, LABELS, NOW_MS + 1);
  expect(idsOf(register, 'i')).toEqual([id]);
  await register.end(id, NOW_MS);
  await register.endAll('i');
  expect(told).toEqual(['end home', 'end home', 'end home']);
});

test('sessions that ended by themselves are forgotten, homes never', () => {
  const { register } = registerWith([]);
  register.forgetUnused(NOW_MS);
  register.opened(session('old', 'i'), LABELS, NOW_MS - 1);
  register.opened(session('home', 'i', null), LABELS, NOW_MS - 1);
  register.opened(session('new', 'i'), LABELS, NOW_MS);
  register.forgetUnused(NOW_MS);
  expect(register.list('i', LABELS).map(({ client }) => client)).toEqual([LABEL, null]);
});

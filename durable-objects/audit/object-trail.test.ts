import { expect, test, vi } from 'vitest';
import { genesis } from '../../src/audit/hash-chain.ts';
import { CHAIN, openHere, partOf, RING, USED } from '../../src/audit/trail.fake.ts';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import { refusal } from '../../src/errors.fake.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { AuditOutbox } from './audit-outbox.ts';
import { ObjectTrail } from './object-trail.ts';

function open(maxEvents = 100) {
  const storage = new FakeStorage();
  const trail = new ObjectTrail({ ...CHAIN, storage: storage.storage, keyRing: RING, maxEvents });
  return { storage, trail, outbox: new AuditOutbox(storage.storage.sql) };
}

test('events become a chain, in the order in which they were recorded', async () => {
  const { trail, outbox } = open();
  const methods = ['GET', 'POST', 'PUT'];
  await Promise.all(methods.map(method => trail.record({ ...USED, method })));
  const rows = outbox.oldest(CHAIN, 10);
  const { head } = outbox.state() ?? { head: genesis(CHAIN) };
  expect(verifyChain(partOf(rows, head))).toMatchObject({ verified: 3, problems: [] });
  const texts = rows.map(row => JSON.parse(openHere(row, row.sequence) ?? ''));
  expect(texts.map(({ method }) => method)).toEqual(methods);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(3);
});

test('nothing of what happened is stored in the clear', async () => {
  const { storage, trail } = open();
  await trail.record(USED);
  for (const said of ['github', 'okta|ada', 'GET']) expect(storage.dump()).not.toContain(said);
});

test('an event is on record only once it is durable', async () => {
  const { storage, trail } = open();
  const release = storage.holdSync();
  const onRecord = vi.fn();
  const recording = trail.record(USED).then(onRecord);
  await new Promise(setImmediate);
  expect(onRecord).not.toHaveBeenCalled();
  release();
  await recording;
  expect(onRecord).toHaveBeenCalled();
});

test('a full outbox refuses, and is as it was', async () => {
  const { storage, trail, outbox } = open(2);
  await trail.record(USED);
  await trail.record(USED);
  const before = storage.dump();
  await expect(trail.record(USED)).rejects.toThrow(
    refusal('audit_unavailable', /^AUDIT_OUTBOX_MAX_EVENTS \(2\) /),
  );
  expect(storage.dump()).toBe(before);
  outbox.delivered(1);
  await trail.record(USED);
  expect(outbox.state()).toMatchObject({ head: { sequence: 3 }, delivered: { sequence: 1 } });
});

test('what cannot be stored is not on record, and the head stays', async () => {
  const { storage, trail, outbox } = open();
  await trail.record(USED);
  storage.sql.exec('ALTER TABLE audit_outbox RENAME TO gone');
  storage.sql.exec('CREATE TABLE audit_outbox (sequence INTEGER PRIMARY KEY, previous_hash TEXT)');
  await expect(trail.record(USED)).rejects.toThrow();
  expect(outbox.chain()?.head.sequence).toBe(1);
});

test('the object is woken a second after the first event, and not later for those that follow', async () => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ['Date'] });
  const { storage, trail } = open();
  await trail.record(USED);
  expect(storage.alarmMs).toBe(1_001_000);
  vi.setSystemTime(1_000_900);
  await trail.record(USED);
  expect(storage.alarmMs).toBe(1_001_000);
  vi.useRealTimers();
});

test('asking how a chain stands stores nothing', () => {
  const { storage, outbox } = open();
  expect([outbox.chain(), outbox.state(), outbox.waiting]).toEqual([null, null, 0]);
  expect(storage.dump()).toBe('');
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AuditRow } from '../../src/audit/audit-row.ts';
import { CHAIN, RING, USED } from '../../src/audit/trail.fake.ts';
import { faultLog } from '../../src/errors.fake.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { AuditDelivery } from './audit-delivery.ts';
import { AuditOutbox } from './audit-outbox.ts';
import { ObjectTrail } from './object-trail.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** An object with its database and its tenant, each of which can be told what to do. */
class Recorder {
  readonly storage = new FakeStorage();
  readonly outbox = new AuditOutbox(this.storage.storage.sql);
  readonly stored = new Map<string, AuditRow>();
  readonly calls: string[] = [];
  insert: (rows: readonly AuditRow[]) => Promise<void> = async rows => this.store(rows);
  list: () => Promise<void> = async () => {};
  readonly #trail = new ObjectTrail({
    ...CHAIN,
    storage: this.storage.storage,
    keyRing: RING,
    maxEvents: 10_000,
  });

  store(rows: readonly AuditRow[]): void {
    for (const row of rows) if (!this.stored.has(row.id)) this.stored.set(row.id, row);
  }

  async record(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) await this.#trail.record(USED);
  }

  /** The alarm, at its time. @returns when the next one is. */
  async wake(): Promise<number | null> {
    vi.setSystemTime(Math.max(Date.now(), this.storage.alarmMs ?? 0));
    this.storage.alarmMs = null;
    const events = { insert: (rows: readonly AuditRow[]) => this.#called(rows) };
    const listOf = (tenant: string) => ({ noteAuditChain: (chain: string) => this.#listed(tenant, chain) });
    await new AuditDelivery({ storage: this.storage.storage, events, listOf }).run();
    return this.storage.alarmMs;
  }

  get sequences(): number[] {
    return [...this.stored.values()].map(({ sequence }) => sequence);
  }

  #called(rows: readonly AuditRow[]): Promise<void> {
    this.calls.push(`insert ${rows.length}`);
    return this.insert(rows);
  }

  #listed(tenant: string, chain: string): Promise<void> {
    this.calls.push(`list ${tenant} ${chain}`);
    return this.list();
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('events are delivered in batches and in their order, after their chain was listed', async () => {
  const recorder = new Recorder();
  await recorder.record(250);
  expect(await recorder.wake()).toBeNull();
  expect(recorder.calls).toEqual(['list acme account/ada', 'insert 100', 'insert 100', 'insert 50']);
  expect(recorder.sequences).toEqual(upTo(250));
  expect(recorder.outbox.waiting).toBe(0);
  expect(recorder.outbox.state()?.head.sequence).toBe(250);
});

test('a chain is listed once', async () => {
  const recorder = new Recorder();
  for (const _ of [1, 2]) {
    await recorder.record(1);
    await recorder.wake();
  }
  expect(recorder.calls).toEqual(['list acme account/ada', 'insert 1', 'insert 1']);
});

test('nothing goes to D1 before the chain is listed', async () => {
  const faults = faultLog();
  const recorder = new Recorder();
  recorder.list = () => Promise.reject(new Error('no tenant'));
  await recorder.record(1);
  expect(await recorder.wake()).toBeGreaterThan(Date.now());
  expect(recorder.calls).toEqual(['list acme account/ada']);
  expect(faults()).toMatchObject([{ event: 'audit_not_delivered' }]);
});

test('while D1 fails nothing is lost, recording goes on, and tries become rarer', async () => {
  faultLog();
  const recorder = new Recorder();
  recorder.insert = () => Promise.reject(new Error('D1 is down'));
  const waits: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    await recorder.record(1);
    const atMs = await recorder.wake();
    waits.push((atMs ?? 0) - Date.now());
  }
  expect(waits[0]).toBeLessThanOrEqual(2000);
  expect(waits[9]).toBeGreaterThanOrEqual(150_000);
  recorder.insert = async rows => recorder.store(rows);
  await recorder.wake();
  expect(recorder.sequences).toEqual(upTo(10));
  await recorder.record(1);
  expect(recorder.storage.alarmMs).toBe(Date.now() + 1000);
});

test('what D1 has taken without saying so comes again, and is stored once', async () => {
  faultLog();
  const recorder = new Recorder();
  recorder.insert = rows => {
    recorder.store(rows);
    return Promise.reject(new Error('the connection broke'));
  };
  await recorder.record(3);
  await recorder.wake();
  expect(recorder.outbox.waiting).toBe(3);
  recorder.insert = async rows => recorder.store(rows);
  await recorder.wake();
  expect(recorder.calls).toEqual(['list acme account/ada', 'insert 3', 'insert 3']);
  expect(recorder.sequences).toEqual([1, 2, 3]);
  expect(recorder.outbox.waiting).toBe(0);
});

test('a D1 that never answers is given up, and asked again later', async () => {
  faultLog();
  const recorder = new Recorder();
  recorder.insert = () => new Promise(() => {});
  await recorder.record(1);
  const woken = recorder.wake();
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await woken).toBeGreaterThan(Date.now());
  expect(recorder.outbox.waiting).toBe(1);
});

test('what is recorded while D1 takes its time is delivered by the same alarm', async () => {
  const recorder = new Recorder();
  recorder.insert = async rows => {
    recorder.store(rows);
    if (rows[0]?.sequence === 1) await recorder.record(2);
  };
  await recorder.record(1);
  expect(await recorder.wake()).toBeNull();
  expect(recorder.sequences).toEqual([1, 2, 3]);
});

test('more than one alarm can do is gone on with at once', async () => {
  const recorder = new Recorder();
  await recorder.record(2050);
  expect(await recorder.wake()).toBe(Date.now());
  expect(recorder.outbox.waiting).toBe(50);
  expect(await recorder.wake()).toBeNull();
  expect(recorder.stored.size).toBe(2050);
});

test('an alarm that was for something else delivers nothing, and sets the next one', async () => {
  const recorder = new Recorder();
  expect(await recorder.wake()).toBeNull();
  await recorder.record(1);
  const dueAtMs = recorder.storage.alarmMs;
  recorder.storage.alarmMs = Date.now();
  expect(await recorder.wake()).toBe(dueAtMs);
  expect(recorder.calls).toEqual([]);
});

test('an alarm of others that comes sooner is left alone', async () => {
  faultLog();
  const recorder = new Recorder();
  recorder.insert = async () => {
    recorder.storage.alarmMs = Date.now() + 1;
    throw new Error('D1 is down');
  };
  await recorder.record(1);
  expect(await recorder.wake()).toBe(Date.now() + 1);
});

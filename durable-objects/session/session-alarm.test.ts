import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ParkedCalls } from './parked-calls.ts';
import { newSession, SEED } from './session-store.fake.ts';
import { SessionStore } from './session-store.ts';

const NOW = SEED.expiresAtMs - 10_000;
const QUESTIONS = { sure: { method: 'elicitation/create', params: { message: 'Sure?' } } };

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A session in which a call of each of these deadlines waits for the user. */
function waitingUntil(...deadlinesMs: readonly number[]) {
  const session = newSession();
  const parked = new ParkedCalls(session.store);
  deadlinesMs.forEach((expiresAtMs, index) => {
    const call = { stream: index + 1, round: 0, method: 'tools/call', params: {}, target: 't', expiresAtMs };
    parked.park(call, QUESTIONS, '2025-11-25');
  });
  return { ...session, parked };
}

test.each([
  ["the session's end where nothing waits", [], SEED.expiresAtMs],
  ['the first wait that ends', [NOW + 3000, NOW + 2000], NOW + 2000],
  ["the session's end where that comes first", [SEED.expiresAtMs + 1], SEED.expiresAtMs],
  ['the next wait where one is overdue', [NOW - 1, NOW + 2000], NOW + 2000],
  ["the session's end where all are overdue", [NOW, NOW - 1], SEED.expiresAtMs],
])('the alarm rings for %s', async (_what, deadlinesMs, alarmMs) => {
  const { fake, store } = waitingUntil(...deadlinesMs);
  await store.schedule();
  expect(fake.alarmMs).toBe(alarmMs);
});

test('a call that runs again waits for nobody', async () => {
  const { fake, store, parked } = waitingUntil(NOW + 2000);
  parked.answer({ jsonrpc: '2.0', id: 'gatehouse-1-0-0', result: { action: 'accept' } });
  await store.schedule();
  expect(fake.alarmMs).toBe(SEED.expiresAtMs);
});

test('the alarm is set without any key', async () => {
  const { fake } = waitingUntil(NOW + 2000);
  await SessionStore.schedule(fake.storage);
  expect(fake.alarmMs).toBe(NOW + 2000);
});

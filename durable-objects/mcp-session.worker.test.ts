import {
  applyD1Migrations,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { toBase64url } from '../src/crypto/bytes.ts';
import type { Env } from '../src/env.ts';
import { readEvents } from '../src/protocol/stream.fake.ts';
import { ADA, TestSession } from './test-session.fake.ts';

const bindings = env as unknown as Env & { MIGRATIONS: Parameters<typeof applyD1Migrations>[1] };

afterEach(() => {
  vi.useRealTimers();
});

beforeAll(() => applyD1Migrations(bindings.DB, bindings.MIGRATIONS));

function tablesOf({ stub }: TestSession): Promise<string[]> {
  return runInDurableObject(stub, (_instance, { storage: { sql } }) => {
    const statement = "SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name";
    const rows = sql.exec<{ name: string }>(statement).toArray();
    return rows.map(({ name }) => name).filter(name => name !== 'sqlite_sequence');
  });
}

async function nextQuestion(response: Response): Promise<{ id: string }> {
  if (response.body) {
    for await (const message of readEvents(response.body)) {
      if ((message as { method?: string }).method === 'elicitation/create') return message as { id: string };
    }
  }
  throw new Error('no question came');
}

describe('a session object', () => {
  test('goes on with a parked call after it was evicted from memory', async () => {
    const session = await new TestSession().open();
    const call = { name: 'ask_name', arguments: {} };
    const first = await nextQuestion(await session.request('ask', 'tools/call', call));
    await evictDurableObject(session.stub);

    const result = { action: 'accept', content: { name: 'Ada' } };
    expect(await session.status('POST', { jsonrpc: '2.0', id: first.id, result })).toBe(202);
    const second = await nextQuestion(await session.send('GET', undefined, { 'last-event-id': '1-1' }));
    expect(second.id).not.toBe(first.id);
  });

  test('ends a call that a crash cut off with an error that says its outcome is unknown', async () => {
    const session = await new TestSession().open();
    const call = { name: 'slow_count', arguments: { to: 100, delayMs: 100 }, _meta: { progressToken: 't' } };
    const response = await session.request('count', 'tools/call', call);
    await session.crash();
    await response.body?.cancel().catch(() => {});

    const resumed = await session.send('GET', undefined, { 'last-event-id': '1-0' });
    const messages = resumed.body ? await Array.fromAsync(readEvents(resumed.body)) : [];
    expect(messages.at(-1)).toMatchObject({ id: 'count', error: { data: { code: 'outcome_unknown' } } });
  });

  test.each([
    ['in memory', async () => {}],
    ['evicted', async (session: TestSession) => evictDurableObject(session.stub)],
  ])('ends a call whose user took too long, when it was %s meanwhile', async (_where, meanwhile) => {
    const session = await new TestSession().open();
    await nextQuestion(await session.request('ask', 'tools/call', { name: 'ask_name', arguments: {} }));
    await meanwhile(session);
    vi.useFakeTimers({ now: Date.now() + 601_000, toFake: ['Date'] });
    expect(await runDurableObjectAlarm(session.stub)).toBe(true);

    const resumed = await session.send('GET', undefined, { 'last-event-id': '1-1' });
    const messages = resumed.body ? await Array.fromAsync(readEvents(resumed.body)) : [];
    const text = expect.stringContaining('Nobody answered within 600 seconds (setting INPUT_TTL_SECONDS)');
    expect(messages).toMatchObject([{ id: 'ask', result: { isError: true, content: [{ text }] } }]);
  });

  test('answers 404 to a bearer that is not the one it was opened with', async () => {
    const session = await new TestSession().open();
    const forged = { ...session.hop, bearer: new Uint8Array(32) };
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
    expect(await session.status('POST', ping, {}, forged)).toBe(404);
    await evictDurableObject(session.stub);
    expect(await session.status('POST', ping, {}, forged)).toBe(404);
  });

  test('refuses a request without an assertion, and one that is for another object', async () => {
    const session = await new TestSession().open();
    expect((await session.stub.fetch('https://mcp-session.invalid/')).status).toBe(403);
    const other = new TestSession();
    expect(await session.status('GET', undefined, {}, other.hop)).toBe(403);
  });

  test('erases everything it stored when its time is over, and what is on record of it once D1 has that', async () => {
    const session = await new TestSession().open();
    await runInDurableObject(session.stub, (_instance, { storage }) => {
      storage.sql.exec('UPDATE session SET expires_at_ms = ?', Date.now() - 1);
    });
    expect(await runDurableObjectAlarm(session.stub)).toBe(true);
    expect(await session.status('POST', { jsonrpc: '2.0', id: 'late', method: 'ping' })).toBe(404);
    expect(await tablesOf(session)).toEqual(['audit_chain', 'audit_outbox']);
    vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] });
    expect(await runDurableObjectAlarm(session.stub)).toBe(true);
    expect(await tablesOf(session)).toEqual([]);
    expect(await runDurableObjectAlarm(session.stub)).toBe(false);
  });

  test('stays closed to a principal whose installation has another key, even with the right bearer', async () => {
    const session = await new TestSession().open();
    await evictDurableObject(session.stub);
    const installation = { ...ADA.installation, key: toBase64url(new Uint8Array(32).fill(7)) };
    const shredded = { ...session.hop, principal: { ...ADA, installation } };
    const response = await session.send('POST', { jsonrpc: '2.0', id: 1, method: 'ping' }, {}, shredded);
    expect([response.status, await response.json()]).toMatchObject([
      500,
      { error: { data: { code: 'sealed_unreadable' } } },
    ]);
  });
});

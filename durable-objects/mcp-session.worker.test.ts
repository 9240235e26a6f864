import {
  applyD1Migrations,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { toBase64url } from '../src/crypto/bytes.ts';
import { type Env, settingsOf } from '../src/env.ts';
import type { Principal } from '../src/principal.ts';
import { readEvents } from '../src/protocol/stream.fake.ts';
import { HOP_HEADER, type Hop, sealHop } from '../src/session-key/hop-assertion.ts';
import { deriveSessionKey } from '../src/session-key/internal-bearer.ts';
import { mintSessionId } from '../src/session-key/session-id.ts';

const bindings = env as unknown as Env & { MIGRATIONS: Parameters<typeof applyD1Migrations>[1] };
const { keyRing } = settingsOf(bindings);

const ADA: Principal = {
  tenant: 'default',
  subject: 'ada',
  client: 'client',
  installation: { id: 'installation', key: toBase64url(new Uint8Array(32)) },
  resource: 'http://localhost/mcp/everything',
  scopes: ['mcp', 'everything:write'],
  roles: ['member'],
};

afterEach(() => {
  vi.useRealTimers();
});

beforeAll(() => applyD1Migrations(bindings.DB, bindings.MIGRATIONS));

/** A session object, spoken to as the edge does. */
class TestSession {
  readonly hop: Hop;

  constructor(principal: Principal = ADA) {
    const { value: id, kid } = mintSessionId(keyRing, principal);
    const handle = { kind: 'session', id, kid } as const;
    const key = deriveSessionKey(keyRing, principal, handle);
    this.hop = {
      principal,
      handle,
      ...key,
      server: 'everything',
      network: { country: null, traceparent: null },
    };
  }

  get stub(): DurableObjectStub {
    return bindings.MCP_SESSION.getByName(this.hop.objectName);
  }

  async send(
    method: string,
    body?: object,
    headers: Record<string, string> = {},
    hop = this.hop,
  ): Promise<Response> {
    return this.stub.fetch('https://mcp-session.invalid/', {
      method,
      headers: { ...headers, [HOP_HEADER]: await sealHop(keyRing, hop) },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  /** The status of an answer, which is read to its end: an object with answers under way is not evicted. */
  async status(...request: Parameters<TestSession['send']>): Promise<number> {
    const response = await this.send(...request);
    await response.arrayBuffer();
    return response.status;
  }

  /** Takes the object out of memory at once, as a crash does, whatever it was doing. */
  async crash(): Promise<void> {
    await runInDurableObject(this.stub, (_instance, state) => state.abort('crash')).catch(() => {});
  }

  request(id: string, method: string, params: object = {}): Promise<Response> {
    return this.send('POST', { jsonrpc: '2.0', id, method, params });
  }

  async open(): Promise<this> {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: { form: {} } },
      clientInfo: { name: 'test', version: '1' },
    };
    const response = await this.request('open', 'initialize', params);
    expect(response.status).toBe(200);
    await response.body?.cancel();
    return this;
  }
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

  test('erases everything it stored when its time is over', async () => {
    const session = await new TestSession().open();
    await runInDurableObject(session.stub, (_instance, { storage }) => {
      storage.sql.exec('UPDATE session SET expires_at_ms = ?', Date.now() - 1);
    });
    expect(await runDurableObjectAlarm(session.stub)).toBe(true);
    expect(await session.status('POST', { jsonrpc: '2.0', id: 'late', method: 'ping' })).toBe(404);
    await runInDurableObject(session.stub, (_instance, { storage }) => {
      const tables = storage.sql.exec(
        "SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'",
      );
      expect(tables.toArray()).toEqual([]);
    });
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

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { messagesOf, RawClient } from './support/raw-client.ts';
import { signedInAgent, startTestGateway, type TestGateway } from './support/test-gateway.ts';

const CALLS = 40;

/** How many transactions it takes to bring to D1 what gathers in a second. */
const PER_DELIVERY = 5;

let gateway: TestGateway;
let client: RawClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  const agent = await signedInAgent(gateway.origin, '/mcp/everything', 'bob');
  client = new RawClient(`${gateway.origin}/mcp/everything`, agent.accessToken);
});

afterAll(() => gateway.stop());

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** How many transactions a write-ahead log holds: frames that say how large the database is then (SQLite, "WAL-mode File Format"). */
function commitsIn(log: Buffer): number {
  if (log.length < HEADER_BYTES) return 0;
  const frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8);
  const salts = log.subarray(16, 24);
  let commits = 0;
  for (let at = HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    const isCurrent = log.subarray(at + 8, at + 16).equals(salts);
    if (isCurrent && log.readUInt32BE(at + 4) > 0) commits += 1;
  }
  return commits;
}

/** The most that was seen in each log: it goes when its object leaves memory. */
const seen = new Map<string, number>();

/** All transactions of all session objects. */
function sessionCommits(): number {
  const folder = join(gateway.stateDir, 'v3/do/gatehouse-McpSession');
  for (const name of readdirSync(folder).filter(file => file.endsWith('-wal'))) {
    const path = join(folder, name);
    const log = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
    seen.set(name, Math.max(seen.get(name) ?? 0, commitsIn(log)));
  }
  return [...seen.values()].reduce((sum, commits) => sum + commits, 0);
}

test.each([
  ['2026', async () => (id: number) => client.modern('tools/call', echo(id))],
  [
    '2025',
    async () => {
      const session = await client.initialize();
      return (id: number) => session.request(id, 'tools/call', echo(id));
    },
  ],
])('a call of era %s is durable before it is answered, and costs one write', async (_era, open) => {
  const call = await open();
  await messagesOf(await call(0));
  const before = sessionCommits();
  const startedAtMs = Date.now();
  for (let id = 1; id <= CALLS; id += 1) {
    const [answer] = await messagesOf(await call(id));
    expect(answer).toMatchObject({ result: { content: expect.anything() } });
    expect(sessionCommits() - before).toBeGreaterThanOrEqual(id);
  }
  const deliveries = Math.ceil((Date.now() - startedAtMs) / 1000) + 1;
  expect(sessionCommits() - before).toBeLessThanOrEqual(CALLS + deliveries * PER_DELIVERY);
});

function echo(id: number) {
  return { name: 'echo', arguments: { message: `call ${id}` } };
}

test('who comes in, and what administrators do about it, is on record', async () => {
  const administrator = await ApiClient.signIn(gateway.origin, 'ada');
  const suspension = '/api/v1/admin/users/bob/suspension';
  expect((await administrator.call('PUT', suspension)).status).toBe(204);
  expect((await administrator.call('DELETE', suspension)).status).toBe(204);
  const acts = async () => {
    const { body } = await administrator.get('/api/v1/admin/audit/events?limit=200');
    return body.events.map(({ event }: { event: object }) => event);
  };
  const by = { user: 'ada', target: 'bob', outcome: 'allowed', client: expect.any(String) };
  await expect
    .poll(acts, { timeout: 20_000 })
    .toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'user.suspended', ...by }),
        expect.objectContaining({ kind: 'user.restored', ...by }),
        expect.objectContaining({ kind: 'user.signed-in', user: 'bob' }),
        expect.objectContaining({ kind: 'client.connected', user: 'bob', scopes: expect.any(String) }),
        expect.objectContaining({ kind: 'session.ended', cause: 'access-ended' }),
      ]),
    );
});

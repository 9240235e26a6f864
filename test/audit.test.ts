import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyExport } from '../src/audit/offline-verification.ts';
import { freePort } from '../src/cli/gateway-process.ts';
import { ROOT } from '../src/cli/wrangler-process.ts';
import { ApiClient } from './support/api-client.ts';
import { listen, type Running } from './support/identity-provider.ts';
import { inDatabase } from './support/local-database.ts';
import { messagesOf, RawClient, type RawSession } from './support/raw-client.ts';
import { findStored, storedFiles } from './support/stored-files.ts';
import { signedInAgent, startTestGateway, type TestGateway } from './support/test-gateway.ts';

const KEY = 'canary-key-of-the-operator';
const TO = 'canary-addressee';
const TEXT = 'canary-text-of-the-letter';
const MIGRATION = ['0003_audit_events.sql', '0007_audit_search.sql']
  .map(file => readFileSync(join(ROOT, 'migrations', file), 'utf8'))
  .join('');

/** The chain of the account for which credentials are used. */
const OF_USES = "chain IN (SELECT chain FROM audit_event WHERE kind = 'credential.used')";

let gateway: TestGateway;
let there: string;
let settings: Record<string, string>;
let post: Running;
let session: RawSession;
let auditor: ApiClient;
/** The keys that came with letters. */
const letters: unknown[] = [];

beforeAll(async () => {
  const port = await freePort();
  there = `http://127.0.0.1:${port}`;
  const office = createServer((request, response) => {
    letters.push(request.headers['x-key']);
    response.end('taken');
  });
  post = await listen(office, port);
  const placement = { in: 'header', name: 'X-Key' };
  const connection = {
    id: 'post',
    name: 'Post',
    owner: 'tenant',
    origins: [there],
    secret: 'POST_KEY',
    placement,
  };
  settings = {
    KEY_RING: JSON.stringify({ current: 'k1', keys: { k1: randomBytes(32).toString('base64url') } }),
    CONNECTIONS: JSON.stringify([connection]),
    POST_KEY: KEY,
    SERVER_SETTINGS: JSON.stringify({ courier: { POST_URL: there } }),
    EGRESS_ALLOW_LOOPBACK: 'true',
  };
  gateway = await startTestGateway({}, settings, { hasTestServers: true });
  const agent = await signedInAgent(gateway.origin, '/mcp/courier', 'bob');
  session = await new RawClient(`${gateway.origin}/mcp/courier`, agent.accessToken).initialize();
  auditor = await ApiClient.signIn(gateway.origin, 'aidan');
});

afterAll(async () => {
  await gateway.stop();
  await post.stop();
});

/** Ends the gateway at once, does something to its database, and starts it again with other settings. */
async function restart(
  act: (database: DatabaseSync) => void,
  more: Record<string, string> = {},
): Promise<void> {
  await gateway.kill();
  inDatabase(gateway.stateDir, act);
  gateway = await startTestGateway(gateway, { ...settings, ...more }, { hasTestServers: true });
}

let lastId = 0;

/** What the tool says about a letter that it was asked to send. */
async function send(): Promise<string> {
  lastId += 1;
  const params = { name: 'send', arguments: { to: TO, text: TEXT } };
  const [message] = await messagesOf(await session.request(lastId, 'tools/call', params));
  const { result, error } = message as Answer;
  return error ? `${error.data.code}: ${error.message}` : (result?.content[0]?.text ?? '');
}

interface Answer {
  readonly result?: { readonly content: readonly { readonly text: string }[] };
  readonly error?: { readonly message: string; readonly data: { readonly code: string } };
}

/** What is on record of credentials. */
async function eventsNow() {
  const { body } = await auditor.get('/api/v1/admin/audit/events');
  return body.events.filter(({ kind }: { kind: string }) => kind.startsWith('credential.'));
}

const stored = (count: number) => expect.poll(eventsNow, { timeout: 20_000 }).toHaveLength(count);
const verify = async () => (await auditor.call('POST', '/api/v1/admin/audit/verification')).body;
const inOrder = () => expect.poll(verify).toMatchObject({ undelivered: 0, problems: [], next: null });

describe('the use of a credential', () => {
  test('is on record once, with who, what, where and how, and nothing more', async () => {
    expect(await send()).toBe('200 taken');
    expect(letters).toEqual([KEY]);
    await stored(1);
    const [{ event, ...row }] = await eventsNow();
    expect(event).toEqual({
      id: row.id,
      atMs: Date.parse(row.at),
      kind: 'credential.used',
      outcome: 'allowed',
      tenant: 'default',
      user: 'bob',
      server: 'courier',
      connection: 'post',
      owner: 'tenant|credentials',
      version: 1,
      origin: there,
      method: 'POST',
      session: expect.stringMatching(/^[\w-]{22}$/),
      client: expect.any(String),
      installation: expect.any(String),
    });
    expect(row).toMatchObject({ kind: 'credential.used', sequence: expect.any(Number) });
    await inOrder();
  });

  test('leaves neither the credential nor what was sent in what is stored, printed or answered', async () => {
    const canaries = new Map(Object.entries({ KEY, TO, TEXT }));
    expect(findStored(storedFiles(gateway.stateDir), canaries)).toEqual([]);
    const told = gateway.output() + JSON.stringify(await eventsNow());
    for (const canary of canaries.values()) expect(told).not.toContain(canary);
  });

  test('is on record each time', async () => {
    expect([await send(), await send()]).toEqual(['200 taken', '200 taken']);
    await stored(3);
    await inOrder();
  });
});

describe('the trail as a file', () => {
  /** What the hourly cron trigger does. */
  const hour = () => fetch(`${gateway.origin}/cdn-cgi/handler/scheduled`);

  async function verdict(text: string) {
    const keys = await (await fetch(`${gateway.origin}/.well-known/gatehouse-audit-keys.json`)).json();
    const lines = async function* () {
      yield* text.split('\n');
    };
    return verifyExport(lines(), keys as JSONWebKeySet);
  }

  test('is verified offline by its checkpoints, and that it was asked for is on record', async () => {
    expect((await hour()).status).toBe(200);
    expect((await verify()).checkpoints).toBeGreaterThan(0);
    const { body: text } = await auditor.get('/api/v1/admin/audit/export');
    const { problems, events } = await verdict(text);
    expect([problems, events > 2]).toEqual([[], true]);
    const cut = text.split('\n').filter((line: string) => !line.includes('"credential.used"'));
    expect((await verdict(cut.join('\n'))).problems).not.toEqual([]);
    const asked = async () =>
      (await auditor.get('/api/v1/admin/audit/events?kind=audit.exported&user=aidan')).body.events;
    await expect.poll(asked, { timeout: 20_000 }).toHaveLength(1);
  });

  test('is a table too, of what is asked for', async () => {
    const path = '/api/v1/admin/audit/export?format=csv&kind=credential.used&name=none';
    const { headers, body } = await auditor.get(path);
    expect(headers.get('content-type')).toContain('text/csv');
    expect(body.split('\r\n')).toHaveLength(2);
  });
});

describe('a database that somebody has written to', () => {
  test('is found out: an edited row, and a removed one', async () => {
    let row: unknown[] = [];
    await restart(database => {
      row = Object.values(
        database.prepare(`SELECT * FROM audit_event WHERE sequence = 1 AND ${OF_USES}`).get() ?? {},
      );
      database.exec(`UPDATE audit_event SET at_ms = at_ms - 60000 WHERE sequence = 2 AND ${OF_USES}`);
      database.exec(`DELETE FROM audit_event WHERE sequence = 1 AND ${OF_USES}`);
    });
    const { chain } = (await eventsNow())[0];
    expect((await verify()).problems).toEqual([
      { chain, kind: 'removed', sequence: 1, through: 1 },
      { chain, kind: 'edited', sequence: 2, through: 2 },
    ]);
    await restart(database => {
      database.prepare(`INSERT INTO audit_event VALUES (${row.map(() => '?')})`).run(...(row as string[]));
      database.exec(`UPDATE audit_event SET at_ms = at_ms + 60000 WHERE sequence = 2 AND ${OF_USES}`);
    });
    await inOrder();
  });
});

describe('without a database', () => {
  test('calls are made until the outbox is full, and then no more', async () => {
    await restart(database => database.exec('DROP TABLE audit_event'), { AUDIT_OUTBOX_MAX_EVENTS: '1' });
    const before = letters.length;
    expect(await send()).toBe('200 taken');
    for (let round = 0; round < 3; round += 1) {
      expect(await send()).toMatch(/^audit_unavailable: AUDIT_OUTBOX_MAX_EVENTS \(1\) /);
    }
    expect(letters.length).toBe(before + 1);
  });

  test('nothing is lost, and credentials are used again when it is back', async () => {
    await restart(database => database.exec(MIGRATION));
    await stored(1);
    expect(await send()).toBe('200 taken');
    await stored(2);
    const { problems } = await verify();
    expect(problems).toContainEqual({
      chain: expect.stringMatching(/^account/),
      kind: 'removed',
      sequence: 1,
      through: expect.any(Number),
    });
  });
});

test('what cannot be put on record is not changed, and whoever would change it is told so', async () => {
  await restart(database => database.exec('DROP TABLE audit_event'), { AUDIT_OUTBOX_MAX_EVENTS: '3' });
  // Their sign-in and their client are two events, and the first change the third.
  const operator = await ApiClient.signIn(gateway.origin, 'olivia');
  const document = { kind: 'hosted', name: 'memory', title: 'Notebook', tools: {} };
  const save = (basedOn: number) =>
    operator.call('PUT', `/api/v1/admin/servers/memory?basedOn=${basedOn}`, document);
  expect((await save(0)).body).toMatchObject({ version: 1 });
  const { status, body } = await save(1);
  expect([status, body]).toEqual([
    503,
    expect.objectContaining({
      code: 'audit_unavailable',
      detail: expect.stringContaining('AUDIT_OUTBOX_MAX_EVENTS (3)'),
    }),
  ]);
  expect((await operator.get('/api/v1/admin/servers/memory')).body.version).toBe(1);
});

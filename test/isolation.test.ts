import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messagesOf, RawClient, type RawSession } from './support/raw-client.ts';
import { signedInAgent, startTestGateway, type TestGateway } from './support/test-gateway.ts';

const PATH = '/mcp/memory';

let gateway: TestGateway;
let ada: RawClient;
let session: RawSession;

beforeAll(async () => {
  gateway = await startTestGateway();
  ada = await clientOf('ada');
  session = await ada.initialize();
});

afterAll(() => gateway.stop());

async function clientOf(user: string, path = PATH): Promise<RawClient> {
  const agent = await signedInAgent(gateway.origin, path, user);
  return new RawClient(`${gateway.origin}${path}`, agent.accessToken);
}

/** The status of each method that a session knows, with someone else's token and this session's id. */
async function statusesFor(intruder: RawClient, id: string): Promise<number[]> {
  const headers = { 'mcp-session-id': id };
  const responses = await Promise.all([
    intruder.send({ headers, body: { jsonrpc: '2.0', id: 1, method: 'tools/list' } }),
    intruder.send({ headers, method: 'GET' }),
    intruder.send({ headers, method: 'DELETE' }),
  ]);
  await Promise.all(responses.map(response => response.body?.cancel()));
  return responses.map(response => response.status);
}

async function toolNames(owner: RawSession): Promise<number> {
  const [message] = await messagesOf(
    await owner.request(`list-${randomBytes(4).toString('hex')}`, 'tools/list'),
  );
  return (message as { result: { tools: unknown[] } }).result.tools.length;
}

describe('a live session id', () => {
  test("with another user's token leads nowhere, on all three methods, and the session is unchanged", async () => {
    expect(await statusesFor(await clientOf('eve'), session.id)).toEqual([404, 404, 404]);
    expect(await toolNames(session)).toBeGreaterThan(0);
  });

  test("with the same user's other client leads nowhere, and the session is unchanged", async () => {
    expect(await statusesFor(await clientOf('ada'), session.id)).toEqual([404, 404, 404]);
    expect(await toolNames(session)).toBeGreaterThan(0);
  });

  test('with a token for another endpoint is refused as unauthorized', async () => {
    const elsewhere = await signedInAgent(gateway.origin, '/mcp', 'ada');
    const client = new RawClient(`${gateway.origin}${PATH}`, elsewhere.accessToken);
    expect(await statusesFor(client, session.id)).toEqual([401, 401, 401]);
  });

  test('that has ended answers like one that never was', async () => {
    const short = await ada.initialize();
    expect((await short.delete()).status).toBe(204);
    expect(await statusesFor(ada, short.id)).toEqual([404, 404, 404]);
  });
});

describe('forged session ids', () => {
  test('1,000 of them get 404 and bring no Durable Object into being', async () => {
    const before = sessionObjects();
    const forged = Array.from({ length: 1000 }, (_, number) => forge(session.id, number));
    for (let at = 0; at < forged.length; at += 20) {
      const batch = forged.slice(at, at + 20);
      const statuses = await Promise.all(batch.map(id => statusOf(ada, id)));
      expect(statuses).toEqual(batch.map(() => 404));
    }
    expect(before).not.toBe(0);
    expect(sessionObjects()).toBe(before);
  });
});

/** Every way to forge: random from nothing, a real id with one part replaced or bent. */
function forge(id: string, number: number): string {
  const [version, kid, random = '', mac = ''] = id.split('.');
  const other = (bytes: number) => randomBytes(bytes).toString('base64url');
  const forms = [
    () => `v1.${kid}.${other(32)}.${other(16)}`,
    () => [version, kid, random, other(16)].join('.'),
    () => [version, kid, other(32), mac].join('.'),
    () => [version, 'k9', random, mac].join('.'),
    () => ['v2', kid, random, mac].join('.'),
    () => [version, kid, random, mac.slice(0, -1)].join('.'),
    () => `${id}.${other(4)}`,
    () => other(48),
    () => `${id}=`,
    () => id.toUpperCase(),
  ];
  return (forms[number % forms.length] ?? (() => other(48)))();
}

async function statusOf(client: RawClient, id: string): Promise<number> {
  const response = await client.send({
    headers: { 'mcp-session-id': id },
    body: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
  });
  await response.body?.cancel();
  return response.status;
}

/** How many session objects have ever stored anything: the runtime keeps one database for each. */
function sessionObjects(): number {
  const folder = `${gateway.stateDir}/v3/do`;
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    path => path.includes('McpSession') && path.endsWith('.sqlite'),
  ).length;
}

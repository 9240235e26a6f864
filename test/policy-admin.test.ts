import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { resultOf, StreamReader, wireClient } from './support/wire.ts';

const PATH = '/api/v1/admin/policy';
const ALL = { id: 'all', effect: 'allow' };
const NO_RECALL = {
  id: 'no-recall',
  effect: 'deny',
  who: { roles: ['member'] },
  what: { tools: ['recall'] },
};
const CALL = { user: 'bob', server: 'memory', name: 'recall', arguments: { query: 'tea' } };

let gateway: TestGateway;
let ada: ApiClient;
let olivia: ApiClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  ada = await ApiClient.signIn(gateway.origin, 'ada');
  olivia = await ApiClient.signIn(gateway.origin, 'olivia');
});
afterAll(() => gateway.stop());

test('a draft is checked, tried and replayed without being saved', async () => {
  const policy = { rules: [ALL, NO_RECALL] };
  expect(await olivia.call('POST', `${PATH}/check`, policy)).toMatchObject({
    status: 200,
    body: { rules: 2, notes: [] },
  });
  const wrong = { rules: [{ ...ALL, when: 'nobody.knows' }] };
  expect((await olivia.call('POST', `${PATH}/check`, wrong)).status).toBe(400);
  const simulated = await olivia.call('POST', `${PATH}/simulation`, { ...CALL, policy });
  expect(simulated.body).toMatchObject({
    decision: { effect: 'deny', rule: 'no-recall' },
    rules: [
      { rule: 'all', verdict: 'matched' },
      { rule: 'no-recall', verdict: 'matched' },
    ],
    notes: ['Nobody with this subject has signed in here.'],
  });
  const now = await olivia.call('POST', `${PATH}/simulation`, CALL);
  expect(now.body.decision).toMatchObject({ effect: 'allow', version: 0 });
  expect(await ada.call('POST', `${PATH}/replay`, { policy })).toMatchObject({ status: 200 });
  expect((await olivia.get(PATH)).body).toMatchObject({ version: 0, author: null });
});

test('a policy that locks its author out is saved with a note, and can be rolled back; both are kept', async () => {
  const saved = await ada.call('PUT', `${PATH}?basedOn=0&reason=stop`, { rules: [] });
  expect(saved.body).toMatchObject({ version: 1, notes: [expect.stringContaining('you yourself')] });
  const late = await ada.call('PUT', `${PATH}?basedOn=0&reason=late`, { rules: [ALL] });
  expect(late.status).toBe(409);
  const back = await ada.call('POST', `${PATH}/rollback?version=0&basedOn=1&reason=back`);
  expect(back.body).toMatchObject({ version: 2, notes: [] });
  const { versions } = (await olivia.get(`${PATH}/versions`)).body;
  expect(versions).toMatchObject([
    { version: 2, author: 'ada', reason: 'back', restores: 0 },
    { version: 1, author: 'ada', reason: 'stop', restores: null },
    { version: 0, author: null },
  ]);
  expect((await olivia.get(`${PATH}/versions/1`)).body.policy).toEqual({ rules: [] });
});

test('a session of 2025 that comes back to its stream hears of a change that was made meanwhile', async () => {
  const client = await wireClient(gateway.origin, '/mcp/memory', 'bob');
  const session = await client.initialize();
  const first = await StreamReader.get(session);
  const { id } = await first.next();
  await first.hangUp();
  const { version } = (await ada.get(PATH)).body;
  await ada.call('PUT', `${PATH}?basedOn=${version}&reason=meanwhile`, { rules: [ALL, NO_RECALL] });
  const again = await StreamReader.get(session, id);
  await again.method('notifications/tools/list_changed');
  const { tools } = await resultOf(session.request(1, 'tools/list'));
  expect((tools as { name: string }[]).map(({ name }) => name)).not.toContain('recall');
  await again.hangUp();
});

test('what is denied is not listed, read or subscribed to', async () => {
  const { version } = (await ada.get(PATH)).body;
  const deny = { id: 'no-notes', effect: 'deny', what: { resources: ['note*', 'memory*'] } };
  await ada.call('PUT', `${PATH}?basedOn=${version}&reason=notes`, { rules: [ALL, deny] });
  const client = await wireClient(gateway.origin, '/mcp/memory', 'bob');
  const session = await client.initialize();
  await expect
    .poll(async () => (await resultOf(session.request(1, 'resources/templates/list'))).resourceTemplates)
    .toEqual([]);
  const uri = 'memory://notes/1';
  for (const method of ['resources/read', 'resources/subscribe']) {
    const text = await (await session.request(2, method, { uri })).text();
    expect(text).toMatch(/does not allow/);
  }
});

test('an operator stops a session of somebody else, and cannot suspend anybody by it', async () => {
  const client = await wireClient(gateway.origin, '/mcp/memory', 'eve');
  const session = await client.initialize();
  const { connections } = (await olivia.get('/api/v1/admin/users/eve/connections')).body;
  const id = connections[0].sessions[0].id;
  const kill = (target: object) => olivia.call('POST', '/api/v1/admin/kill', target);
  expect((await kill({ kind: 'session', user: 'eve', session: id })).body).toEqual({ done: 'ended' });
  expect((await session.request(1, 'ping')).status).toBe(404);
  expect((await kill({ kind: 'user', user: 'eve' })).body).toEqual({ done: 'denied' });
  const { users } = (await olivia.get('/api/v1/admin/users')).body;
  expect(users.find(({ subject }: { subject: string }) => subject === 'eve').isSuspended).toBe(false);
  expect((await kill({ kind: 'tool', server: 'memory', tool: '*' })).status).toBe(400);
});

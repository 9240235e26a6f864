import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ToolChanges } from '../src/catalog/server-document.ts';
import { ApiClient } from './support/api-client.ts';
import { operatorOf, publish, type SubmittedDocument } from './support/catalog.ts';
import { askToken, granted } from './support/machine.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { signIn, type TestClient } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

const SECRET = randomBytes(24).toString('base64url');
/** An operator of another organisation: a program, since all people of a development gateway are of one. */
const MACHINE = {
  id: 'robot',
  name: 'Robot',
  auth: { secret: 'ROBOT_SECRET' },
  grants: ['client_credentials'],
  tenant: 'acme',
  roles: ['operator'],
  scopes: ['account', 'admin'],
};

let gateway: TestGateway;
let operator: ApiClient;
let auditor: ApiClient;
let stranger: ApiClient;

beforeAll(async () => {
  const settings = {
    OAUTH_CLIENTS: JSON.stringify([MACHINE]),
    ROBOT_SECRET: SECRET,
    CATALOG_CACHE_MS: '100',
    MAX_SERVER_DOCUMENT_BYTES: '2000000',
  };
  gateway = await startTestGateway({}, settings);
  operator = await operatorOf(gateway);
  auditor = await ApiClient.signIn(gateway.origin, 'aidan');
  const { origin } = gateway;
  const asked = { grant_type: 'client_credentials', resource: `${origin}/api`, scope: 'account admin' };
  const token = await granted(askToken(origin, asked, ['robot', SECRET]));
  stranger = new ApiClient(origin, token.access_token);
});

afterAll(() => gateway.stop());

const SERVERS = '/api/v1/admin/servers';
const create = (document: object, by = operator) => by.call('POST', SERVERS, document);
const update = (name: string, basedOn: number, document: object, by = operator) =>
  by.call('PUT', `${SERVERS}/${name}?basedOn=${basedOn}`, document);
const act = (name: string, what: string, by = operator) => by.call('POST', `${SERVERS}/${name}/${what}`);
const read = async (name: string, by = operator) => (await by.get(`${SERVERS}/${name}`)).body;
const hosted = (name: string, tools: object = {}) => ({ kind: 'hosted', name, tools }) as const;
const notes = (name: string, tools: ToolChanges = {}): SubmittedDocument => ({
  kind: 'virtual',
  name,
  title: 'Notes',
  description: 'Notes only.',
  members: [{ server: 'memory', tools }],
});

describe('a change of a server takes effect on sessions that are open', () => {
  const lines = [
    [SDK_1, 'eve'],
    [SDK_2, 'bob'],
  ] as const;
  let clients: readonly TestClient[];

  beforeAll(async () => {
    const at = new URL('/mcp', gateway.origin);
    clients = await Promise.all(lines.map(([line, user]) => signIn(line, at, user)));
  });

  afterAll(() => Promise.all(clients.map(({ sdk }) => sdk.close())));

  /** The tools of the memory server, as each client sees them once they are as expected. */
  const seeing = async (names: readonly string[]) => {
    for (const { sdk } of clients) {
      const seen = async () =>
        (await sdk.listTools()).tools.map(({ name }) => name).filter(name => name.startsWith('memory_'));
      await expect.poll(seen, { timeout: 15_000 }).toEqual(names);
    }
  };
  const calling = (name: string) => Promise.allSettled(clients.map(client => client.call(name)));
  const all = (status: string) => clients.map(() => expect.objectContaining({ status }));

  const AS_THEY_ARE = ['memory_remember', 'memory_recall', 'memory_search', 'memory_forget', 'memory_list'];
  const RENAMED = AS_THEY_ARE.with(4, 'memory_all-notes');

  test('renamed: the tool is called by its new name, and no more by its old one', async () => {
    await seeing(AS_THEY_ARE);
    expect(await calling('memory_list')).toEqual(all('fulfilled'));
    const saved = await update('memory', 0, hosted('memory', { rename: { list: 'all-notes' } }));
    expect([saved.status, saved.body]).toEqual([200, { name: 'memory', version: 1, notes: [] }]);
    await seeing(RENAMED);
    expect(await calling('memory_all-notes')).toEqual(all('fulfilled'));
    expect(await calling('memory_list')).toEqual(all('rejected'));
  });

  test('changed again, and rolled back', async () => {
    const hiding = { only: ['recall'], describe: { recall: 'Reads one note.' } };
    expect((await update('memory', 1, hosted('memory', hiding))).body.version).toBe(2);
    await seeing(['memory_recall']);
    const { tools } = (await clients[0]?.sdk.listTools()) ?? { tools: [] };
    expect(tools.find(({ name }) => name === 'memory_recall')?.description).toBe('Reads one note.');
    expect((await act('memory', 'rollback?version=1')).status).toBe(204);
    await seeing(RENAMED);
  });

  test('disabled: its tools are unknown; enabled: they are there again', async () => {
    expect((await act('memory', 'disable')).status).toBe(204);
    await seeing([]);
    const outcomes = await calling('memory_all-notes');
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({
        reason: { message: expect.stringContaining('Unknown tool: memory_all-notes') },
      });
    }
    expect((await act('memory', 'enable')).status).toBe(204);
    await seeing(RENAMED);
    expect(await calling('memory_all-notes')).toEqual(all('fulfilled'));
  });

  test('every change is on record with who, which server and which version', async () => {
    const changes = async () => {
      const { body } = await auditor.get('/api/v1/admin/audit/events');
      return body.events
        .map(({ event }: { event: Record<string, unknown> }) => event)
        .filter(({ kind, server }: Record<string, unknown>) => server === 'memory' && kind !== 'call.ended')
        .map(({ kind, version, user, outcome }: Record<string, unknown>) => [kind, version, user, outcome])
        .toReversed();
    };
    await expect.poll(changes, { timeout: 20_000 }).toEqual([
      ['server.created', 1, 'olivia', 'allowed'],
      ['server.updated', 2, 'olivia', 'allowed'],
      ['server.rolled-back', 1, 'olivia', 'allowed'],
      ['server.disabled', 1, 'olivia', 'allowed'],
      ['server.enabled', 1, 'olivia', 'allowed'],
    ]);
  });
});

describe.each([SDK_1, SDK_2])('a virtual server, with $name', line => {
  test('has the chosen tools of its members, by the scopes of these, until it is disabled', async () => {
    const name = line === SDK_1 ? 'desk-1' : 'desk-2';
    await publish(gateway, {
      kind: 'virtual',
      name,
      title: 'Desk',
      description: 'What a desk needs.',
      members: [
        { server: 'memory', tools: { only: ['remember', 'recall'], rename: { remember: 'keep' } } },
        { server: 'everything', tools: { only: ['test_simple_text'] } },
      ],
    });
    const client = await signIn(line, new URL(`/mcp/${name}`, gateway.origin), 'eve');
    const { tools } = await client.sdk.listTools();
    expect(tools.map(tool => tool.name).toSorted()).toEqual([
      'everything_test_simple_text',
      'keep',
      'memory_recall',
    ]);
    expect((await client.call('keep', { text: 'Milk' })).isError ?? false).toBe(false);
    expect((await client.call('everything_test_simple_text')).isError ?? false).toBe(false);
    await expect(client.call('memory_remember', { text: 'Milk' })).rejects.toThrow('Unknown tool');
    await act(name, 'disable');
    const called = () =>
      client.call('keep', { text: 'Milk' }).then(
        () => 'done',
        (error: Error) => error.message,
      );
    await expect.poll(called, { timeout: 5000 }).toMatch(/There is no server .*desk-\d/);
    await act(name, 'enable');
    await client.sdk.close();
  });
});

describe('versions', () => {
  test('are kept with author, reason and document, and say which is in use', async () => {
    const why = encodeURIComponent('for the demo');
    await operator.call('POST', `${SERVERS}?reason=${why}`, notes('kept'));
    await update('kept', 1, notes('kept', { only: ['recall'] }));
    await act('kept', 'rollback?version=1');
    const { body } = await auditor.get(`${SERVERS}/kept/versions`);
    const at = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(body.versions).toEqual([
      {
        version: 2,
        isInUse: false,
        author: 'olivia',
        reason: '',
        savedAt: at,
        notes: [],
        document: notes('kept', { only: ['recall'] }),
      },
      {
        version: 1,
        isInUse: true,
        author: 'olivia',
        reason: 'for the demo',
        savedAt: at,
        notes: [],
        document: notes('kept'),
      },
    ]);
    expect((await auditor.get(`${SERVERS}/kept?version=2`)).body).toMatchObject({
      version: 2,
      document: notes('kept', { only: ['recall'] }),
    });
    expect((await act('kept', 'rollback?version=2&basedOn=2')).body.code).toBe('version_conflict');
    expect((await act('kept', 'rollback?version=2&basedOn=1')).status).toBe(204);
    const unknown = await act('kept', 'rollback?version=7');
    expect([unknown.status, unknown.body.code, unknown.body.detail]).toEqual([
      404,
      'version_unknown',
      'The server "kept" has no version 7. Its versions are: 1, 2.',
    ]);
  });

  test('are based on the one in use, whoever saves them first', async () => {
    await publish(gateway, notes('based'));
    expect((await create(notes('based'))).body.code).toBe('version_conflict');
    const both = await Promise.all([
      update('based', 1, notes('based', { only: ['recall'] })),
      update('based', 1, notes('based', { only: ['list'] })),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect((await update('based', 1, notes('based'))).status).toBe(409);
    expect((await read('based')).version).toBe(2);
  });

  test('a document is of the server that the path names', async () => {
    expect((await update('based', 2, notes('other'))).body.code).toBe('server_invalid');
  });
});

describe('the list', () => {
  test('has the servers of the monorepo and those that were added', async () => {
    await publish(gateway, notes('listed'));
    const { body } = await auditor.get(SERVERS);
    const listed = Object.fromEntries(body.servers.map((server: { name: string }) => [server.name, server]));
    expect(listed.everything).toMatchObject({
      kind: 'hosted',
      version: 0,
      author: null,
      isEnabled: true,
      isSetUp: true,
    });
    expect(listed.github).toMatchObject({ kind: 'hosted', isSetUp: false, connections: ['github'] });
    expect(listed.listed).toMatchObject({ kind: 'virtual', title: 'Notes', version: 1, author: 'olivia' });
    expect(Object.keys(listed)).toEqual(Object.keys(listed).toSorted());
  });

  test('a server of the monorepo that nobody has changed can be disabled as well', async () => {
    expect((await act('everything', 'disable')).status).toBe(204);
    expect(await read('everything')).toMatchObject({ isEnabled: false, version: 1 });
    expect((await act('everything', 'enable')).status).toBe(204);
    expect((await act('nothing', 'disable')).body.code).toBe('server_unknown');
  });

  test('the definitions say which tool is shown by which name', async () => {
    await publish(gateway, notes('defined', { only: ['recall'], rename: { recall: 'look_up' } }));
    const { body } = await auditor.get(`${SERVERS}/defined/definitions`);
    expect(body.unknown).toEqual([]);
    expect(
      Object.fromEntries(
        body.tools.map((tool: { name: string; shownAs: string }) => [tool.name, tool.shownAs]),
      ),
    ).toMatchObject({ recall: 'look_up', remember: null });
    expect(body.tools[0]).toMatchObject({
      server: 'memory',
      definition: { inputSchema: { type: 'object' } },
    });
  });
});

describe('what cannot be is refused, with what could', () => {
  test.each([
    [hosted('memoy'), /name: there is no server "memoy" in the monorepo\. .*"memory"/],
    [hosted('memory', { only: ['recal'] }), /tools\.only: there is no tool "recal"\. .*"recall"/],
    [hosted('memory', { except: ['x'] }), /tools\.except: there is no tool "x"/],
    [hosted('memory', { describe: { x: 'X' } }), /tools\.describe: there is no tool "x"/],
    [hosted('memory', { rename: { x: 'y' } }), /tools\.rename: there is no tool "x"/],
    [hosted('memory', { rename: { list: 'recall' } }), /two tools would be "recall"/],
    [{ ...hosted('memory'), callTimeoutMs: 3_600_000 }, /at most \(setting CALL_TIMEOUT_MS\)/],
    [notes('memory'), /"memory" is a server of this gateway's own/],
    [{ ...notes('a-virtual'), members: [{ server: 'nobody' }] }, /no server "nobody" .*"memory"/],
    [{ ...notes('a-virtual'), members: [{ server: 'listed' }] }, /no server "listed"/],
    [{ ...notes('a-virtual'), members: [{ server: 'a-virtual' }] }, /no server "a-virtual"/],
    [
      { ...notes('a-virtual'), members: [{ server: 'memory' }, { server: 'memory' }] },
      /"memory" is there twice/,
    ],
    [notes('a-virtual', { rename: { list: 'memory_x' } }), /"memory_x" could be that of a tool of "memory"/],
    [notes('a-virtual', { rename: { list: 'x', recall: 'x' } }), /two tools would be "x"/],
    [notes('a-virtual', { only: ['x'] }), /tools\.only: there is no tool "x"/],
  ])('%j', async (document, message) => {
    const { status, body } = await create(document);
    // One that changes a server of the monorepo comes after another change of it, in this file.
    const again = status === 409 ? await update('memory', (await read('memory')).version, document) : null;
    expect([again?.status ?? status, again?.body ?? body]).toEqual([
      400,
      expect.objectContaining({ code: 'server_invalid', detail: expect.stringMatching(message) }),
    ]);
  });

  test('a body that is not a document, or says more than one', async () => {
    for (const more of [{ role: 'administrator' }, { tenant: 'acme' }, { version: 9 }]) {
      const { status, body } = await create({ ...notes('more'), ...more });
      expect([status, body.code]).toEqual([400, 'body_invalid']);
    }
    expect((await create(notes('Upper'))).body.detail).toMatch(
      /^The body is wrong: name: must begin with a letter/,
    );
    expect((await operator.get(`${SERVERS}/more`)).status).toBe(404);
  });
});

describe('a server that is deleted', () => {
  test('is gone with its history, and its name can be given anew', async () => {
    await publish(gateway, notes('passing'));
    const gone = (by: ApiClient, query = '') => by.call('DELETE', `${SERVERS}/passing${query}`);
    expect((await gone(auditor)).status).toBe(403);
    expect((await gone(operator, '?basedOn=2')).body.code).toBe('version_conflict');
    expect((await gone(operator, '?basedOn=1')).status).toBe(204);
    for (const path of ['', '/versions', '/definitions']) {
      expect((await operator.get(`${SERVERS}/passing${path}`)).body.code).toBe('server_unknown');
    }
    expect((await create(notes('passing'))).body.version).toBe(1);
  });

  test('one of the monorepo is as it comes again', async () => {
    await act('everything', 'disable');
    expect((await operator.call('DELETE', `${SERVERS}/everything`)).status).toBe(204);
    expect(await read('everything')).toMatchObject({ isEnabled: true, version: 0 });
    expect((await operator.call('DELETE', `${SERVERS}/everything`)).body.code).toBe('server_unknown');
  });
});

test('a document may be larger than other bodies, within limits of its own', async () => {
  const padded = (bytes: number) => JSON.stringify({ ...notes('large'), more: 'x'.repeat(bytes) });
  expect((await operator.call('POST', SERVERS, padded(1_900_000))).body.code).toBe('body_invalid');
  const large = await operator.call('POST', SERVERS, padded(2_000_000));
  expect([large.status, large.body]).toMatchObject([
    413,
    {
      code: 'body_too_large',
      detail: 'The body is larger than 2000000 bytes (setting MAX_SERVER_DOCUMENT_BYTES).',
    },
  ]);
  const deep = `{"more":${'['.repeat(256)}${']'.repeat(256)}}`;
  expect((await operator.call('POST', SERVERS, deep)).body).toMatchObject({
    code: 'body_too_deep',
    detail: 'The body nests deeper than 256 levels (setting MAX_SERVER_DOCUMENT_DEPTH).',
  });
});

describe('another organisation', () => {
  test('sees and changes nothing of this one, and may have servers of the same names', async () => {
    await publish(gateway, notes('ours'));
    expect(JSON.stringify((await stranger.get(SERVERS)).body)).not.toContain('"ours"');
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/versions'],
      ['GET', '/definitions'],
      ['POST', '/disable'],
      ['POST', '/enable'],
      ['POST', '/rollback?version=1'],
      ['DELETE', ''],
    ] as const) {
      const { status, body } = await stranger.call(method, `${SERVERS}/ours${path}`);
      expect([status, body.code]).toEqual([404, 'server_unknown']);
    }
    expect((await update('ours', 1, notes('ours'), stranger)).status).toBe(409);
    expect((await create({ ...notes('ours'), title: 'Theirs' }, stranger)).body).toEqual({
      name: 'ours',
      version: 1,
      notes: [],
    });
    expect((await act('memory', 'disable', stranger)).status).toBe(204);
    expect((await act('ours', 'disable', stranger)).status).toBe(204);
    expect(await read('ours')).toMatchObject({ title: 'Notes', isEnabled: true, author: 'olivia' });
    expect((await read('memory')).isEnabled).toBe(true);
    expect(await read('ours', stranger)).toMatchObject({ title: 'Theirs', isEnabled: false });
    expect((await stranger.get('/api/v1/admin/catalog')).body.servers).toHaveLength(2);
  });
});

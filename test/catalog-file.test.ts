import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiClient } from './support/api-client.ts';
import { operatorOf, publish, type SubmittedDocument } from './support/catalog.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

const CATALOG = '/api/v1/admin/catalog';
const CODE = {
  kind: 'code' as const,
  name: 'clock',
  title: 'Clock',
  description: 'Tells the time.',
  modules: {
    'index.js': `export default {
  tools: {
    now: { description: 'The time.', handler: () => new Date().toISOString() },
  },
};`,
  },
} satisfies SubmittedDocument;
/** Members in an order that is not that of their names. */
const OPENAPI = {
  kind: 'openapi' as const,
  name: 'pets',
  title: 'Pets',
  description: 'A shop.',
  connections: ['shop'],
  source: {
    openapi: '3.1.0',
    info: { title: 'Pets', version: '1' },
    servers: [{ url: 'https://pets.example' }],
    paths: { '/pets': { get: { operationId: 'listPets', responses: { 200: { description: 'Pets.' } } } } },
  },
} satisfies SubmittedDocument;
const NOTES = {
  kind: 'virtual' as const,
  name: 'notes',
  title: 'Notes',
  description: 'Notes only.',
  members: [{ server: 'memory', tools: { rename: { recall: 'look_up', list: 'all' } } }],
} satisfies SubmittedDocument;
const SETTINGS = {
  CONNECTIONS: JSON.stringify([
    { id: 'shop', name: 'Shop', owner: 'tenant', origins: ['https://pets.example'], secret: 'SHOP_KEY' },
  ]),
  SHOP_KEY: 'canary-of-the-shop',
};

let gateway: TestGateway;
let operator: ApiClient;

beforeAll(async () => {
  gateway = await startTestGateway({}, SETTINGS);
  operator = await operatorOf(gateway);
});

afterAll(() => gateway.stop());

/** The file as it comes, to be put into git. */
async function exported(from: { readonly origin: string; readonly client: ApiClient }): Promise<string> {
  const response = await fetch(`${from.origin}${CATALOG}`, {
    headers: { authorization: `Bearer ${from.client.token}` },
  });
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="gatehouse-catalog.json"');
  return response.text();
}

const here = () => exported({ origin: gateway.origin, client: operator });
const bring = (file: unknown, query = '', by = operator) =>
  by.call('POST', `${CATALOG}/import${query}`, file);
const outcomes = (body: { servers: readonly { name: string; outcome: string; becomes: string | null }[] }) =>
  body.servers.map(({ name, outcome, becomes }) => [name, outcome, becomes]);

describe('the file of a catalog', () => {
  let file: string;

  beforeAll(async () => {
    for (const document of [CODE, OPENAPI, NOTES]) await publish(gateway, document);
    await operator.call('POST', '/api/v1/admin/servers/pets/disable');
    file = await here();
  });

  test('has whole documents in the order of their names, and reads well', async () => {
    const { servers, ...rest } = JSON.parse(file);
    expect(rest).toEqual({ format: 'gatehouse-catalog/1', disabled: ['pets'] });
    expect(servers).toMatchObject([CODE, NOTES, OPENAPI]);
    expect(Object.keys(servers[2].source)).toEqual(Object.keys(OPENAPI.source));
    expect(file).toMatch(
      /^\{\n {2}"format": "gatehouse-catalog\/1",\n {2}"servers": \[\n {4}\{\n {6}"kind": "code",\n/,
    );
    expect(file.endsWith('}\n')).toBe(true);
    expect(file).not.toContain('canary');
    expect(await here()).toBe(file);
  });

  test('brought back changes nothing, and makes no versions', async () => {
    const { status, body } = await bring(file);
    expect(status).toBe(200);
    expect(body).toEqual({
      isDryRun: false,
      servers: ['clock', 'notes', 'pets'].map(name => ({
        name,
        outcome: 'unchanged',
        becomes: null,
        error: null,
      })),
    });
    expect((await operator.get('/api/v1/admin/servers/notes/versions')).body.versions).toHaveLength(1);
  });

  test('brought elsewhere makes the same catalog', async () => {
    const other = await startTestGateway({}, SETTINGS);
    try {
      const client = await operatorOf(other);
      const created = [
        ['clock', 'created', null],
        ['notes', 'created', null],
        ['pets', 'created', 'disabled'],
      ];
      const dry = await bring(file, '?dryRun=true', client);
      expect([dry.body.isDryRun, outcomes(dry.body)]).toEqual([true, created]);
      expect((await client.get(CATALOG)).body.servers).toEqual([]);
      const { body } = await bring(file, '?reason=moved', client);
      expect((await client.get('/api/v1/admin/servers/pets')).body).toMatchObject({
        isEnabled: false,
        version: 1,
      });
      expect([body.isDryRun, outcomes(body)]).toEqual([false, created]);
      expect(await exported({ origin: other.origin, client })).toBe(file);
      const { versions } = (await client.get('/api/v1/admin/servers/clock/versions')).body;
      expect(versions).toMatchObject([{ version: 1, reason: 'moved', author: 'olivia' }]);
    } finally {
      await other.stop();
    }
  });

  test('is applied as far as it is good, and says of the rest why not', async () => {
    const { format, servers } = JSON.parse(file);
    const [clock, notes, pets] = servers;
    const changed = { ...notes, title: 'Our notes' };
    const wrong = { ...notes, name: 'wrong', members: [{ server: 'nobody' }] };
    const late = { ...notes, name: 'late', members: [{ server: 'later' }] };
    const later = { ...clock, name: 'later' };
    const all = {
      format,
      servers: [late, wrong, clock, { ...clock, title: 'X' }, changed, later, pets, { kind: 'x' }],
    };
    const { status, body } = await bring(all);
    expect(status).toBe(200);
    expect(outcomes(body)).toEqual([
      ['late', 'created', null],
      ['wrong', 'failed', null],
      ['clock', 'unchanged', null],
      ['clock', 'failed', null],
      ['notes', 'updated', null],
      ['later', 'created', null],
      ['pets', 'unchanged', 'enabled'],
      ['#8', 'failed', null],
    ]);
    const errors = body.servers.flatMap(({ error }: { error: object | null }) => error ?? []);
    expect(errors).toEqual([
      { code: 'server_invalid', message: expect.stringContaining('there is no server "nobody"') },
      { code: 'server_invalid', message: expect.stringContaining('another server of this name') },
      { code: 'server_invalid', message: expect.stringContaining('kind: ') },
    ]);
  });

  test('a dry run says what would fail, of servers that the file itself brings too', async () => {
    const { format, servers } = JSON.parse(file);
    const [clock, notes, pets] = servers;
    const later = { ...clock, name: 'dry-clock' };
    const shop = { ...pets, name: 'dry-pets' };
    const desk = (name: string, server: string, tools: object = {}) => ({
      ...notes,
      name,
      members: [{ server, tools }],
    });
    const before = await here();
    const no = { only: ['no'] };
    const all = [
      [desk('dry-desk', 'dry-pets', { only: ['listPets'] }), null],
      [desk('dry-wrong', 'dry-pets', no), /no tool "no".*"listPets"/],
      [desk('dry-lost', 'dry-lost-too'), /no server "dry-lost-too"/],
      [desk('dry-failed', 'dry-connected'), /no server "dry-connected"/],
      [desk('dry-code', 'dry-clock', no), null],
      [later, null],
      [shop, null],
      [{ ...shop, name: 'dry-tools', tools: no }, /tools.only: there is no tool "no"/],
      [{ ...shop, name: 'dry-connected', connections: ['no'] }, /connections: there is no "no"/],
      [{ ...shop, name: 'dry-source', source: '{' }, /neither JSON nor YAML/],
      [{ ...clock, tools: no }, /tools.only: there is no tool "no".*"now"/],
      [{ ...later, name: 'dry-main', mainModule: 'no.js' }, /mainModule/],
      [{ kind: 'hosted', name: 'memory', tools: no }, /tools.only: there is no tool "no"/],
      [
        { kind: 'remote', name: 'dry-remote', title: 'R', description: 'R.', url: 'https://10.0.0.1/mcp' },
        /url: /,
      ],
    ] as const;
    const { body } = await bring({ format, servers: all.map(([server]) => server) }, '?dryRun=true');
    for (const [place, [{ name }, message]] of all.entries()) {
      expect([name, body.servers[place].error?.message ?? null]).toEqual([
        name,
        message && expect.stringMatching(message),
      ]);
    }
    expect(await here()).toBe(before);
  });

  test('of another format is refused as a whole', async () => {
    const { status, body } = await bring({ format: 'gatehouse-catalog/2', servers: [] });
    expect([status, body.code]).toEqual([400, 'body_invalid']);
    expect((await bring({ ...JSON.parse(file), tenant: 'other' })).status).toBe(400);
    expect((await bring(file, '?dryRun=yes')).body.code).toBe('query_invalid');
  });
});

describe('a catalog that is too large for one file', () => {
  test('says so, and which servers fit together; its pieces can be brought back', async () => {
    const small = await startTestGateway({}, { ...SETTINGS, MAX_SERVER_DOCUMENT_BYTES: '2000' });
    try {
      const client = await operatorOf(small);
      for (const name of ['one', 'two', 'three']) {
        await publish(small, { ...NOTES, name, description: 'x'.repeat(700) });
      }
      const whole = await client.get(CATALOG);
      expect([whole.status, whole.body]).toMatchObject([
        413,
        {
          code: 'export_too_large',
          detail:
            'The file would be larger than 2000 bytes (setting MAX_SERVER_DOCUMENT_BYTES), so that no import would take it. ' +
            'Export it in pieces, and import one after the other: ?servers=one fits, then come "three", "two".',
        },
      ]);
      for (const name of ['one', 'two', 'three']) {
        const piece = (await client.get(`${CATALOG}?servers=${name}`)).body;
        expect(outcomes((await bring(piece, '', client)).body)).toEqual([[name, 'unchanged', null]]);
      }
      expect((await client.get(`${CATALOG}?servers=one,nobody`)).body.code).toBe('server_unknown');
    } finally {
      await small.stop();
    }
  });
});

describe('a server.json of the MCP registry', () => {
  const server = {
    name: 'com.example/acme-analytics',
    description: 'Reports',
    version: '2.0.0',
    remotes: [{ type: 'streamable-http', url: 'https://analytics.example.com/mcp' }],
  };

  test('becomes a remote server, under its name or another', async () => {
    const first = await operator.call('POST', `${CATALOG}/server-json`, server);
    expect([first.status, first.body]).toEqual([200, { name: 'acme-analytics', version: 1, notes: [] }]);
    const second = await operator.call('POST', `${CATALOG}/server-json?name=reports`, { server, _meta: {} });
    expect(second.body).toEqual({ name: 'reports', version: 1, notes: [] });
    expect((await operator.get('/api/v1/admin/servers/reports')).body.document).toMatchObject({
      kind: 'remote',
      url: 'https://analytics.example.com/mcp',
      auth: { kind: 'none' },
    });
  });

  test('of a package is refused, saying why', async () => {
    const { remotes: _, ...rest } = server;
    const packages = [{ registryType: 'pypi', identifier: 'x', transport: { type: 'stdio' } }];
    const { status, body } = await operator.call('POST', `${CATALOG}/server-json`, { ...rest, packages });
    expect([status, body.code, body.detail]).toEqual([
      400,
      'server_invalid',
      expect.stringContaining('the gateway starts no processes'),
    ]);
  });
});

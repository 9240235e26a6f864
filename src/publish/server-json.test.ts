import { expect, test } from 'vitest';
import { remoteOf, type ServerJsonOptions, serverJsonSchema } from './server-json.ts';

const URL = 'https://analytics.example.com/mcp';
const SERVER = {
  $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
  name: 'com.example/acme-analytics',
  title: 'ACME Analytics',
  description: 'Real-time reports',
  version: '2.0.0',
  remotes: [
    { type: 'sse', url: 'https://analytics.example.com/sse' },
    { type: 'streamable-http', url: URL },
  ],
};
const REMOTE = {
  kind: 'remote',
  name: 'acme-analytics',
  title: 'ACME Analytics',
  description: 'Real-time reports',
  url: URL,
  tools: {},
  auth: { kind: 'none' },
};
const made = (json: object, options: ServerJsonOptions = {}) =>
  remoteOf(serverJsonSchema.parse(json), options);
const at = (endpoint: object) => ({
  ...SERVER,
  remotes: [{ type: 'streamable-http', url: URL, ...endpoint }],
});

test('a server.json becomes a remote server at its Streamable HTTP endpoint', () => {
  expect(made(SERVER)).toEqual(REMOTE);
});

test('so does what the API of the registry answers', () => {
  expect(made({ server: SERVER, _meta: { 'io.modelcontextprotocol.registry/official': {} } })).toEqual(
    REMOTE,
  );
});

test('name and way to prove itself may be chosen', () => {
  expect(made(SERVER, { name: 'reports', auth: 'oauth' })).toMatchObject({
    name: 'reports',
    auth: { kind: 'oauth', owner: 'user' },
  });
});

test.each([
  ['io.github.user/Weather_Server.v2', 'weather-server-v2'],
  ['io.github.user/7th--heaven-', 'th-heaven'],
  [`a/${'x'.repeat(40)}`, 'x'.repeat(32)],
])('the name of %s is %s', (name, expected) => {
  expect(made({ ...SERVER, name }).name).toBe(expected);
});

test('a name of which none can be made has to be chosen', () => {
  expect(() => made({ ...SERVER, name: 'a/ü' })).toThrow(
    /makes no remote server: name: must begin with a letter/,
  );
});

test('variables whose values come with the file are put in', () => {
  const variables = { region: { default: 'us', choices: ['us', 'eu'] }, v: { value: '1' } };
  expect(made(at({ url: 'https://{region}.example.com/{v}/mcp', variables })).url).toBe(
    'https://us.example.com/1/mcp',
  );
});

test.each([
  [{ url: 'https://{tenant}.example.com/mcp', variables: { tenant: { isRequired: true } } }],
  [{ url: 'https://{tenant}.example.com/mcp' }],
  [{ url: '{tenant}/mcp', variables: { tenant: { default: 'x', isSecret: true } } }],
])('a variable that only its user knows is refused: %j', endpoint => {
  expect(() => made(at(endpoint))).toThrow(
    /^remotes\.url: .* has the variable \{tenant\}, whose value only you know\./,
  );
});

const KEY = { headers: [{ name: 'X-API-Key', isRequired: true, isSecret: true }] };

test('a header that has to be sent is mapped to a connection, or refused with how to', () => {
  expect(() => made(at(KEY))).toThrow(/^remotes\.headers: .*"X-API-Key".*CONNECTIONS.*\?connection=/);
  expect(made(at(KEY), { connection: 'reports' }).auth).toEqual({
    kind: 'connection',
    connection: 'reports',
  });
});

test('a header that may be left out is', () => {
  expect(made(at({ headers: [{ name: 'X-Tracing' }] }))).toEqual(REMOTE);
});

test.each([
  [
    'packages',
    { remotes: [], packages: [{ registryType: 'npm' }] },
    /^packages: .*\("npm"\).*starts no processes/,
  ],
  ['packages', { remotes: undefined, packages: [{ registryType: 'oci' }] }, /"oci"/],
  ['SSE', { remotes: SERVER.remotes.slice(0, 1) }, /^remotes: this server speaks "sse" only/],
  ['nothing', { remotes: [] }, /^remotes: this server\.json has none/],
])('what has only %s is refused, saying why', (_, change, message) => {
  expect(() => made({ ...SERVER, ...change })).toThrow(message);
});

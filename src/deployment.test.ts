import { expect, test } from 'vitest';
import { databaseOf } from './catalog/database.fake.ts';
import { deploymentOf, serverOf } from './deployment.ts';
import { fakeEnv } from './env.fake.ts';
import { refusal } from './errors.fake.ts';

const at = (url: string, variables: Record<string, unknown> = {}) =>
  deploymentOf(fakeEnv(variables), new Request(url));
const DEVELOPMENT = { GATEHOUSE_ENV: 'development' };
const PUBLIC = { PUBLIC_ORIGIN: 'https://mcp.example.com' };

test.each([
  ['the origin of the request where none is set', 'https://a.example:8443/mcp', {}, 'https://a.example:8443'],
  ['the set origin', 'https://mcp.example.com/mcp', PUBLIC, 'https://mcp.example.com'],
  [
    'the set origin behind a proxy that ends TLS',
    'http://mcp.example.com/mcp',
    PUBLIC,
    'https://mcp.example.com',
  ],
  [
    'the set origin without its path',
    'https://mcp.example.com/',
    { PUBLIC_ORIGIN: 'https://mcp.example.com/x' },
    'https://mcp.example.com',
  ],
  ['a loopback name in development', 'http://localhost:8787/mcp', DEVELOPMENT, 'http://localhost:8787'],
  ['any loopback name in development', 'http://127.0.0.1:8787/mcp', DEVELOPMENT, 'http://127.0.0.1:8787'],
  ['the loopback of IPv6 in development', 'http://[::1]:8787/mcp', DEVELOPMENT, 'http://[::1]:8787'],
  ['a loopback name at the standard port', 'http://localhost/mcp', DEVELOPMENT, 'http://localhost'],
  [
    'a loopback name at the port of a local proxy',
    'http://localhost:1234/mcp',
    { ...DEVELOPMENT, PUBLIC_ORIGIN: 'http://localhost:8787' },
    'http://localhost:8787',
  ],
])('the gateway is at %s', async (_what, url, variables, origin) => {
  expect((await at(url, variables)).origin).toBe(origin);
});

test.each([
  ['another name than the set one', 'https://evil.example/mcp', PUBLIC, 'evil.example', 'mcp.example.com'],
  [
    'the set name at another port',
    'https://mcp.example.com:8443/',
    PUBLIC,
    'mcp.example.com:8443',
    'mcp.example.com',
  ],
  ['a name below the set one', 'https://a.mcp.example.com/', PUBLIC, 'a.mcp.example.com', 'mcp.example.com'],
  ['any other name in development', 'http://evil.example/mcp', DEVELOPMENT, 'evil.example', 'localhost'],
  [
    'a name that only begins like loopback',
    'http://localhost.evil.example/',
    DEVELOPMENT,
    'localhost.evil.example',
    'localhost',
  ],
  [
    'the address that means every interface',
    'http://0.0.0.0:8787/',
    DEVELOPMENT,
    '0.0.0.0:8787',
    'localhost',
  ],
  ['a loopback name in production', 'http://localhost:8787/', PUBLIC, 'localhost:8787', 'mcp.example.com'],
])('%s is not served', async (_what, url, variables, host, expected) => {
  await expect(at(url, variables)).rejects.toThrow(
    refusal('host_refused', `The host "${host}" is not served here; use ${expected}.`),
  );
});

test('the site is the origin with the names of all servers, whoever added them', async () => {
  const added = [
    { name: 'linear', members: '[]' },
    { name: 'board', members: '["linear","memory"]' },
    { name: 'memory', members: '[]' },
  ];
  const { site } = await at('https://mcp.example.com/mcp', { ...PUBLIC, DB: databaseOf(added) });
  expect(site).toEqual({
    origin: 'https://mcp.example.com',
    servers: ['linear', 'memory'],
    virtual: { board: ['linear', 'memory'] },
  });
});

test('servers for development are offered in development only', async () => {
  const offered = async (variables: Record<string, unknown>) =>
    (await at('http://localhost:8787/', variables)).hosted.map(({ name }) => name);
  expect(await offered(DEVELOPMENT)).toContain('everything');
  expect(await offered({})).not.toContain('everything');
  expect(await offered({})).toContain('memory');
});

test("an endpoint's URL leads back to its server, and no other URL to any", async () => {
  const { origin, hosted: servers } = await at('https://mcp.example.com/', PUBLIC);
  const offer = { servers, virtual: [] };
  expect(serverOf(origin, offer, 'https://mcp.example.com/mcp/memory')?.name).toBe('memory');
  for (const url of [
    'https://mcp.example.com/mcp',
    'https://mcp.example.com/mcp/memory/',
    'https://evil.example/mcp/memory',
    'https://mcp.example.com/mcp/everything',
  ]) {
    expect(serverOf(origin, offer, url)).toBeNull();
  }
});

test('a request is shown at its URL as the outside knows it, with everything else unchanged', async () => {
  const inner = new Request('http://mcp.example.com/mcp?a=1', {
    method: 'POST',
    headers: { 'x-a': '1' },
    body: 'body',
  });
  const { request } = await deploymentOf(fakeEnv(PUBLIC), inner);
  expect(request.url).toBe('https://mcp.example.com/mcp?a=1');
  expect(request.method).toBe('POST');
  expect(request.headers.get('x-a')).toBe('1');
  expect(await request.text()).toBe('body');
});

test('a request that is at its outside URL already is not copied', async () => {
  const request = new Request('https://mcp.example.com/mcp');
  expect((await deploymentOf(fakeEnv(PUBLIC), request)).request).toBe(request);
});

test('in development the Host header must be loopback too, since the local runtime lets clients set the URL', async () => {
  const request = new Request('http://localhost:8787/mcp', { headers: { host: 'evil.example' } });
  await expect(deploymentOf(fakeEnv(DEVELOPMENT), request)).rejects.toThrow(
    refusal('host_refused', 'The host "evil.example" is not served here; use localhost.'),
  );
});

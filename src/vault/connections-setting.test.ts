import { expect, test } from 'vitest';
import { fakeEnv } from '../env.fake.ts';
import { refusal } from '../errors.fake.ts';
import { connectionFor, connectionsFor } from './connections.ts';
import { connectionsOf } from './connections-setting.ts';

const OAUTH = { issuer: 'https://idp.example', clientId: 'client-1', clientSecret: 'TRACKER_SECRET' };
const TRACKER = { id: 'tracker', name: 'Tracker', origins: ['https://api.tracker.example'], oauth: OAUTH };
const KEY = { id: 'search', name: 'Search', origins: ['https://search.example:8443'] };

const OPEN = { ...KEY, id: 'open', placement: { in: 'none' } };

const envOf = (list: unknown, variables: Record<string, unknown> = {}) =>
  fakeEnv({
    TRACKER_SECRET: 'hush',
    SEARCH_KEY: 'hush-too',
    CONNECTIONS: typeof list === 'string' ? list : JSON.stringify(list),
    ...variables,
  });
const read = (list: unknown, variables?: Record<string, unknown>) => connectionsOf(envOf(list, variables));

test('a connection is read with its defaults, and the secret that its variable holds', () => {
  expect(read([TRACKER])).toEqual([
    {
      id: 'tracker',
      name: 'Tracker',
      owner: 'user',
      tenants: null,
      origins: ['https://api.tracker.example'],
      methods: [],
      paths: [],
      placement: { in: 'bearer' },
      secret: null,
      oauth: {
        issuer: 'https://idp.example',
        authorizationUrl: null,
        tokenUrl: null,
        clientId: 'client-1',
        clientSecret: 'hush',
        scopes: [],
        parameters: {},
        resource: null,
        facts: null,
      },
    },
  ]);
});

test('a credential of the operator keeps the name of its variable, not its value', () => {
  const placement = { in: 'header', name: 'X-Api-Key' };
  const [connection] = read([{ ...KEY, owner: 'tenant', secret: 'SEARCH_KEY', placement }]);
  expect(connection).toMatchObject({
    secret: 'SEARCH_KEY',
    oauth: null,
    placement: { in: 'header', name: 'X-Api-Key', prefix: '' },
  });
  expect(JSON.stringify(connection)).not.toContain('hush');
});

test('without the setting there is no connection', () => {
  expect(connectionsOf(fakeEnv())).toEqual([]);
  expect(read('')).toEqual([]);
});

test('the setting is checked once', () => {
  const env = envOf([TRACKER]);
  expect(connectionsOf(env)).toBe(connectionsOf(env));
});

test('a connection is found by its id, and by nothing else', async () => {
  const env = envOf([TRACKER, KEY]);
  expect((await connectionFor(env, 'acme', 'search'))?.name).toBe('Search');
  expect(await connectionFor(env, 'acme', 'Search')).toBeNull();
  expect(await connectionFor(env, 'acme', '__proto__')).toBeNull();
});

test('a connection that is for some organisations does not exist for the others', async () => {
  const env = envOf([{ ...TRACKER, tenants: ['acme', 'other'] }, { ...KEY, tenants: ['other'] }, OPEN]);
  const idsOf = async (tenant: string) => (await connectionsFor(env, tenant)).map(({ id }) => id);
  expect(await idsOf('acme')).toEqual(['tracker', 'open']);
  expect(await idsOf('other')).toEqual(['tracker', 'search', 'open']);
  expect(await idsOf('third')).toEqual(['open']);
  expect(await connectionFor(env, 'acme', 'search')).toBeNull();
  expect((await connectionFor(env, 'other', 'search'))?.id).toBe('search');
});

test('a preset fills in what the entry leaves out, and nothing that it says itself', () => {
  const oauth = { clientId: 'client-1', scopes: ['repo'] };
  const [github] = read([{ id: 'github', name: 'GitHub', preset: 'github', oauth }]);
  expect(github).toMatchObject({
    origins: ['https://api.github.com'],
    placement: { in: 'bearer' },
    oauth: {
      issuer: 'https://github.com/login/oauth',
      tokenUrl: 'https://github.com/login/oauth/access_token',
      clientSecret: null,
      scopes: ['repo'],
    },
  });
  const own = { origins: ['https://ghe.example'], oauth: { ...oauth, issuer: 'https://ghe.example' } };
  const [enterprise] = read([{ id: 'ghe', name: 'GHE', preset: 'github', ...own }]);
  expect(enterprise).toMatchObject({
    origins: ['https://ghe.example'],
    oauth: { issuer: 'https://ghe.example', tokenUrl: null },
  });
});

test('a preset without OAuth members is for a credential that people enter', () => {
  expect(read([{ id: 'github', name: 'GitHub', preset: 'github' }])[0]?.oauth).toBeNull();
});

test('loopback needs no TLS in development, and only there', () => {
  const local = [{ ...KEY, origins: ['http://127.0.0.1:8080'] }];
  expect(read(local, { GATEHOUSE_ENV: 'development' })[0]?.origins).toEqual(['http://127.0.0.1:8080']);
  expect(() => read(local)).toThrow(refusal('setting_invalid', /origins of "search" must use https/));
});

const withOrigin = (origin: string) => [{ ...KEY, origins: [origin] }];
const withPath = (path: string) => [{ ...KEY, paths: [path] }];
const withOAuth = (more: object) => [{ ...TRACKER, oauth: { ...OAUTH, ...more } }];
const withHeader = (name: string, prefix = '') => [{ ...KEY, placement: { in: 'header', name, prefix } }];

test.each([
  ['text that is no JSON', '[', /it is not JSON/],
  ['an unknown member', [{ ...KEY, token: 'x' }], /0: .*token/],
  ['an id that is no path', [{ ...KEY, id: 'a/b' }], /0\.id/],
  ['the id of the callback', [{ ...KEY, id: 'callback' }], /0\.id: must not be one of: callback/],
  ['an id that is used twice', [KEY, KEY], /the id "search" is used twice/],
  ['an empty list of organisations', [{ ...KEY, tenants: [] }], /0\.tenants/],
  ['an organisation without a name', [{ ...KEY, tenants: [''] }], /0\.tenants\.0/],
  ['no origins', [{ id: 'x', name: 'X' }], /"origins" of "x" is missing/],
  ['an empty list of origins', [{ ...KEY, origins: [] }], /0\.origins/],
  ['an origin with a slash', withOrigin('https://a.example/'), /0\.origins\.0: must be an exact origin/],
  ['an origin with a path', withOrigin('https://a.example/v1'), /0\.origins\.0/],
  ['an origin with a user', withOrigin('https://u@a.example'), /0\.origins\.0/],
  ['an origin with its default port', withOrigin('https://a.example:443'), /0\.origins\.0/],
  ['an origin in capitals', withOrigin('https://A.example'), /0\.origins\.0/],
  ['an origin with a wildcard path', withOrigin('https://a.example/*'), /0\.origins\.0/],
  ['an origin without TLS', withOrigin('http://a.example'), /must use https/],
  ['an origin of another scheme', withOrigin('ftp://a.example'), /must use https/],
  ['a method that is none', [{ ...KEY, methods: ['get'] }], /0\.methods\.0/],
  ['a path without a slash', withPath('repos'), /0\.paths\.0/],
  ['a path with dot segments', withPath('/a/../b'), /0\.paths\.0/],
  ['a path with a percent sign', withPath('/a%2e'), /0\.paths\.0/],
  ['a path with an empty segment', withPath('/a//b'), /0\.paths\.0/],
  ['a path with a query', withPath('/a?b'), /0\.paths\.0/],
  ['a placement that is unknown', [{ ...KEY, placement: { in: 'body' } }], /0\.placement/],
  ['a header that is none', withHeader('X Key'), /0\.placement\.name/],
  ['the header of the host', withHeader('Host'), /0\.placement\.name: must be a header that may/],
  ['a prefix with a line break', withHeader('X-Key', 'a\r\nb: c'), /0\.placement\.prefix/],
  ['OAuth in a basic header', [{ ...TRACKER, placement: { in: 'basic' } }], /takes no OAuth token/],
  ['OAuth that leads nowhere', withOAuth({ issuer: undefined }), /"oauth" of "tracker" needs "issuer"/],
  ['half of the addresses', withOAuth({ tokenUrl: 'https://idp.example/t' }), /needs "issuer", or both/],
  [
    'an issuer without TLS',
    withOAuth({ issuer: 'http://idp.example' }),
    /oauth\.issuer of "tracker" must use/,
  ],
  ['a parameter of ours', withOAuth({ parameters: { state: 'x' } }), /0\.oauth\.parameters/],
  ['a scope with a space', withOAuth({ scopes: ['a b'] }), /0\.oauth\.scopes\.0/],
  [
    "a secret that is somebody's own",
    [{ ...KEY, secret: 'SEARCH_KEY' }],
    /"owner" must be "tenant" or "server"/,
  ],
  ['two sources', [{ ...TRACKER, owner: 'tenant', secret: 'SEARCH_KEY' }], /one source/],
])('%s is refused, and what is wrong is named', (_what, list, reason) => {
  expect(() => read(list)).toThrow(refusal('setting_invalid', reason));
});

test('a secret that stands where its variable should is not told', () => {
  const message = /the variable that "oauth.clientSecret" of "tracker" names is not set/;
  expect(() => read(withOAuth({ clientSecret: 'sk-live-1' }))).toThrow(refusal('setting_invalid', message));
  expect(() => read(withOAuth({ clientSecret: 'sk-live-1' }))).not.toThrow(/sk-live-1/);
  const secret = [{ ...KEY, owner: 'tenant', secret: 'sk-live-2' }];
  expect(() => read(secret)).toThrow(refusal('setting_invalid', /the variable that "secret" of "search"/));
});

import { describe, expect, test, vi } from 'vitest';
import { refusal } from '../../errors.fake.ts';
import { connectionOf } from '../connection.fake.ts';
import { readyAnswer, redirectTo, requestOf, scriptedExchange } from './exchange.fake.ts';

const API = 'https://api.tracker.example';
const FILES = connectionOf({ id: 'files', name: 'Files', origins: ['https://files.example'] });
const BOTH = { connections: [connectionOf(), FILES] };
const status = (code: number, headers: HeadersInit = {}) => new Response(null, { status: code, headers });

describe('a request', () => {
  test('is sent once with its credential, not through a cache, and redirects are not followed blindly', async () => {
    const { exchange, sent } = scriptedExchange([new Response('done')]);
    const { response, secrets } = await exchange.run(requestOf(`${API}/items`, 'POST', 'text'));
    expect(await response.text()).toBe('done');
    expect(secrets).toEqual(['credential no. 1']);
    expect(sent).toEqual([
      {
        address: `${API}/items`,
        method: 'POST',
        authorization: 'Bearer credential no. 1',
        body: 'text',
        cache: 'no-store',
        redirect: 'manual',
      },
    ]);
  });

  test('that belongs to no connection is not sent, and no credential is asked for', async () => {
    const { exchange, sent, asked } = scriptedExchange([]);
    await expect(exchange.run(requestOf('https://evil.example/'))).rejects.toThrow(
      refusal('egress_refused', /belongs to no connection/),
    );
    expect([sent, asked]).toEqual([[], []]);
  });

  test('asks for the credential of its user, server and connection', async () => {
    const { exchange, asked } = scriptedExchange([new Response()]);
    await exchange.run(requestOf(`${API}/`));
    expect(asked).toEqual([
      { user: { tenant: 'acme', subject: 'ada' }, server: 'board', connection: connectionOf() },
    ]);
  });
});

describe('before a credential is placed', () => {
  test('its use is told, for each hop and version, of a request that does not hold it', async () => {
    const { exchange, uses } = scriptedExchange([status(503), redirectTo('/b'), status(401), status(200)]);
    await exchange.run(requestOf(`${API}/a`));
    expect(uses).toEqual([`tracker 1 ${API}/a null`, `tracker 1 ${API}/b null`, `tracker 2 ${API}/b null`]);
  });

  test('whoever is told may refuse, by whatever it throws: nothing is sent', async () => {
    for (const error of [new Error('disk full'), new TypeError('x')]) {
      const onUse = () => Promise.reject(error);
      const { exchange, sent } = scriptedExchange([], { onUse });
      await expect(exchange.run(requestOf(`${API}/`))).rejects.toThrow(
        refusal('credential_unavailable', /Nothing was sent/),
      );
      expect(sent).toEqual([]);
    }
  });
});

describe('a redirect', () => {
  test('within a connection is followed with the credential', async () => {
    const { exchange, sent } = scriptedExchange([redirectTo('/new', 308), new Response('there')]);
    const { response } = await exchange.run(requestOf(`${API}/old`, 'PUT', 'text'));
    expect(await response.text()).toBe('there');
    expect(sent.map(each => [each.address, each.authorization, each.body])).toEqual([
      [`${API}/old`, 'Bearer credential no. 1', 'text'],
      [`${API}/new`, 'Bearer credential no. 1', 'text'],
    ]);
  });

  test("to another connection has that one's credential, and both stay secret", async () => {
    const credentials = {
      credentialFor: async ({ connection }: { connection: { id: string } }) =>
        readyAnswer(1, `credential of ${connection.id}`),
    };
    const script = [redirectTo('https://files.example/1'), new Response()];
    const { exchange, sent } = scriptedExchange(script, { ...BOTH, credentials });
    const { secrets } = await exchange.run(requestOf(`${API}/`));
    expect(sent.map(({ authorization }) => authorization)).toEqual([
      'Bearer credential of tracker',
      'Bearer credential of files',
    ]);
    expect(secrets).toEqual(['credential of tracker', 'credential of files']);
  });

  test.each([
    'https://evil.example/',
    'http://api.tracker.example/',
    'https://api.tracker.example:444/',
    'https://user@api.tracker.example/',
    'https://127.0.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'https://[::ffff:7f00:1]/',
    '//evil.example/',
    'https://api.tracker.example/..%2fadmin',
  ])('to %s is not followed, and not told to the tool', async location => {
    const { exchange, sent } = scriptedExchange([redirectTo(location)]);
    const failed = await exchange.run(requestOf(`${API}/`)).catch((error: unknown) => error);
    expect(failed).toEqual(
      refusal(
        'egress_refused',
        'The third party of the connection "tracker" redirects to where no connection of this server leads.',
      ),
    );
    expect(failed).toMatchObject({ data: { reason: 'redirect', connection: 'tracker' } });
    expect(sent.length).toBe(1);
  });

  test('with a secret in its address says nothing of it, wherever it leads', async () => {
    const secret = encodeURIComponent('credential no. 1');
    const locations = ['https://evil.example/', 'https://files.example/', `${API}/closed/`];
    const connections = [connectionOf({ paths: ['/open'] }), FILES];
    for (const location of locations.flatMap(each => [`${each}${secret}`, `${each}?x=${secret}`])) {
      const { exchange, sent } = scriptedExchange([redirectTo(location)], { connections });
      const failed = await exchange.run(requestOf(`${API}/open`)).catch((error: unknown) => error);
      expect(failed).toEqual(refusal('egress_refused', /redirects to/));
      expect(JSON.stringify([String(failed), failed])).not.toMatch(/credential(%20| )no/);
      expect(sent.length).toBe(1);
    }
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('of a %s does not go to another connection', async method => {
    const { exchange, sent } = scriptedExchange([redirectTo('https://files.example/1', 307)], BOTH);
    await expect(exchange.run(requestOf(`${API}/`, method, 'x'))).rejects.toThrow(
      refusal('egress_refused', new RegExp(`redirects a ${method} to another connection`)),
    );
    expect(sent.length).toBe(1);
  });

  test('is followed five times', async () => {
    const { exchange, sent } = scriptedExchange(Array.from({ length: 9 }, () => redirectTo('/again')));
    await expect(exchange.run(requestOf(`${API}/`))).rejects.toThrow(
      refusal('egress_failed', /redirects more than 5 times/),
    );
    expect(sent.length).toBe(6);
  });
});

describe('a third party that cannot serve now', () => {
  test('is asked again where that cannot hurt, after the wait that it asks for', async () => {
    const script = [status(429, { 'retry-after': '1' }), null, new Response('done')];
    const { exchange, sent, waits } = scriptedExchange(script);
    expect(await (await exchange.run(requestOf(`${API}/`))).response.text()).toBe('done');
    expect(sent.length).toBe(3);
    expect(waits).toEqual([1000, expect.any(Number)]);
  });

  test('has its last answer handed on', async () => {
    const { exchange, sent } = scriptedExchange([status(503), status(502), status(504)]);
    expect((await exchange.run(requestOf(`${API}/`))).response.status).toBe(504);
    expect(sent.length).toBe(3);
  });

  test('is asked once where asking twice could do something twice', async () => {
    const { exchange, sent } = scriptedExchange([status(503)]);
    expect((await exchange.run(requestOf(`${API}/`, 'POST', 'x'))).response.status).toBe(503);
    expect(sent.length).toBe(1);
  });

  test('and is not reached at all is named, but not by what the platform says', async () => {
    const { exchange } = scriptedExchange([null, null, null]);
    await expect(exchange.run(requestOf(`${API}/?key=value`))).rejects.toThrow(
      refusal('egress_failed', 'The third party of the connection "tracker" cannot be reached.'),
    );
  });

  test('is not asked again once the exchange has ended', async () => {
    const wait = () => Promise.reject(new Error('ended'));
    const { exchange, sent } = scriptedExchange([null, status(200)], { wait });
    await expect(exchange.run(requestOf(`${API}/`))).rejects.toThrow('ended');
    expect(sent.length).toBe(1);
  });
});

describe('a refused credential', () => {
  test.each(['GET', 'POST'])('is replaced by a newer one, once, also for a %s', async method => {
    const { exchange, sent, asked } = scriptedExchange([status(401), status(401)]);
    const text = method === 'POST' ? 'text' : null;
    const { response, secrets } = await exchange.run(requestOf(`${API}/`, method, text));
    expect(response.status).toBe(401);
    expect(asked.map(({ refusedVersion }) => refusedVersion)).toEqual([undefined, 1]);
    expect(sent.map(({ authorization }) => authorization)).toEqual([
      'Bearer credential no. 1',
      'Bearer credential no. 2',
    ]);
    expect(sent.map(({ body }) => body)).toEqual([text, text]);
    expect(secrets).toEqual(['credential no. 1', 'credential no. 2']);
  });

  test('is not sent a second time where there is no newer one', async () => {
    const credentials = { credentialFor: async () => readyAnswer(1) };
    const { exchange, sent, wanted } = scriptedExchange([status(401)], { credentials });
    await expect(exchange.run(requestOf(`${API}/`))).rejects.toThrow(
      refusal('connection_dead', 'Tracker has to be connected again.'),
    );
    expect([sent.length, wanted]).toEqual([1, ['tracker']]);
  });
});

describe('a connection without a credential', () => {
  test.each([
    ['missing', 'connection_missing', /Tracker is not connected yet/],
    ['dead', 'connection_dead', /Tracker has to be connected again/],
  ] as const)('that is %s is wanted, and nothing is sent', async (kind, code, words) => {
    const credentials = { credentialFor: async () => ({ kind }) };
    const { exchange, sent, wanted, uses } = scriptedExchange([], { credentials });
    await expect(exchange.run(requestOf(`${API}/`))).rejects.toThrow(refusal(code, words));
    expect([sent, wanted, uses]).toEqual([[], ['tracker'], []]);
  });

  test("that is the operator's to set is not wanted of a member", async () => {
    const credentials = { credentialFor: async () => ({ kind: 'missing' }) as const };
    const connections = [connectionOf({ owner: 'tenant', secret: 'TRACKER_KEY' })];
    const { exchange, wanted } = scriptedExchange([], { credentials, connections });
    await expect(exchange.run(requestOf(`${API}/`))).rejects.toThrow(
      refusal('connection_missing', /one that the operator of this gateway sets/),
    );
    expect(wanted).toEqual([]);
  });

  test('that cannot be had is neither used nor wanted, and why is told to nobody', async () => {
    const credentialFor = vi.fn().mockRejectedValue(new Error('vault.inner: 10.0.0.9 refused hvs.token'));
    const { exchange, sent, wanted } = scriptedExchange([], { credentials: { credentialFor } });
    await expect(exchange.run(requestOf(`${API}/`))).rejects.toThrow(
      refusal(
        'credential_unavailable',
        /^The credential of the connection "tracker" cannot be had right now/,
      ),
    );
    expect([sent, wanted]).toEqual([[], []]);
  });
});

describe('a token that is not good for enough', () => {
  const oauth = {
    issuer: 'https://login.example',
    authorizationUrl: 'https://login.example/authorize',
    tokenUrl: 'https://login.example/token',
    clientId: 'gatehouse',
    clientSecret: null,
    scopes: ['read'],
    parameters: {},
    resource: `${API}/mcp`,
    facts: null,
  };
  const granted = (scopes: readonly string[]) => ({
    credentialFor: async () =>
      ({
        kind: 'ready',
        version: 1,
        credential: {
          kind: 'oauth2',
          accessToken: 'access-token',
          refreshToken: null,
          expiresAtMs: null,
          scopes,
        },
      }) as const,
  });
  const refused = (code: number, scope: string) =>
    status(code, { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` });
  const renewed = ({ credentialFor }: ReturnType<typeof granted>) => ({
    credentialFor: async ({ refusedVersion = 0 }) => ({
      ...(await credentialFor()),
      version: refusedVersion + 1,
    }),
  });
  const run = (answer: Response, scopes: readonly string[], change = {}) => {
    const connections = [connectionOf({ oauth: { ...oauth, ...change } })];
    const scripted = scriptedExchange([answer], { connections, credentials: granted(scopes) });
    return { ...scripted, running: scripted.exchange.run(requestOf(`${API}/mcp`, 'POST', '{}')) };
  };

  test.each([403, 401])('is wanted with what the server names and what it has (%i)', async code => {
    const { running, sent, wanted } = run(refused(code, 'write admin'), ['read']);
    await expect(running).rejects.toThrow(refusal('connection_insufficient', /with more rights/));
    expect([sent.length, wanted]).toEqual([1, ['tracker write admin read']]);
  });

  test.each([
    ['has all of it already', ['read', 'write'], {}],
    ['is of a connection whose scopes the operator has set', ['read'], { resource: null }],
  ])('is not wanted where it %s: the refusal is handed on', async (_what, scopes, change) => {
    const { running, wanted } = run(refused(403, 'write'), scopes, change);
    expect((await running).response.status).toBe(403);
    expect(wanted).toEqual([]);
  });

  test('is wanted by the answer to a renewed credential too', async () => {
    const { exchange, sent, wanted } = scriptedExchange([status(401), refused(403, 'write')], {
      connections: [connectionOf({ oauth })],
      credentials: renewed(granted(['read'])),
    });
    await expect(exchange.run(requestOf(`${API}/mcp`, 'POST', '{}'))).rejects.toThrow(
      refusal('connection_insufficient', /with more rights/),
    );
    expect([sent.length, wanted]).toEqual([2, ['tracker write read']]);
  });

  test('asks for no more than a bound, whatever a server names', async () => {
    const many = Array.from({ length: 500 }, (_, at) => `${'scope'.repeat(10)}${at}`).join(' ');
    const { running, wanted } = run(refused(403, many.slice(0, 4000)), ['read']);
    await running.catch(() => {});
    expect(wanted[0]?.length).toBeLessThan(1100);
  });
});

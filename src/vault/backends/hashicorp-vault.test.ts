import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startOpenBao } from '../../../test/support/openbao.ts';
import {
  type FakeSecretServer,
  type SecretServer,
  startFakeSecretServer,
} from '../../../test/support/secret-server.ts';
import { freePort } from '../../cli/gateway-process.ts';
import { fakeEnv } from '../../env.fake.ts';
import { refusal } from '../../errors.fake.ts';
import type { Connection, Placement } from '../connection.ts';
import type { CredentialAnswer } from '../credential.ts';
import { hashicorpVault } from './hashicorp-vault.ts';

const { OPENBAO_BINARY } = process.env;
const USER = { tenant: 'acme', subject: 'okta|ada' };

const connection = (secret: string, placement: Placement = { in: 'bearer' }): Connection => ({
  id: 'search',
  name: 'Search',
  owner: 'tenant',
  tenants: null,
  origins: ['https://search.example'],
  methods: [],
  paths: [],
  placement,
  oauth: null,
  secret,
});
const question = (secret: string, refusedVersion?: number, placement?: Placement) => ({
  user: USER,
  server: 'tools',
  connection: connection(secret, placement),
  ...(refusedVersion !== undefined && { refusedVersion }),
});
const ready = (value: string, version: number): CredentialAnswer => ({
  kind: 'ready',
  credential: { kind: 'secret', value },
  version,
});

type Changes = Readonly<Record<string, unknown>>;
type Server = Pick<SecretServer, 'address' | 'token' | 'roleId' | 'secretId'>;

/** The backend of a deployment that has just started, which signs in by token. */
function byToken({ address, token }: Server, changes: Changes = {}) {
  const backend = { id: 'bao', kind: 'hashicorp-vault', address, token: 'BAO_TOKEN', ...changes };
  return deployed(backend, { BAO_TOKEN: token });
}

/** The same by AppRole. */
function byRole({ address, roleId, secretId }: Server, changes: Changes = {}) {
  const appRole = { roleId, secretId: 'BAO_SECRET_ID' };
  const backend = { id: 'bao', kind: 'hashicorp-vault', address, appRole, ...changes };
  return deployed(backend, { BAO_SECRET_ID: secretId });
}

function deployed(backend: object, secrets: Changes) {
  const settings = { CREDENTIAL_BACKENDS: JSON.stringify([backend]), GATEHOUSE_ENV: 'development' };
  return hashicorpVault(fakeEnv({ ...settings, ...secrets }));
}

const unavailable = (what: string) =>
  refusal('credential_unavailable', `The secret store "bao" ${what}. Try again in a while.`);

/** Every server that the tests run against: the stand-in always, a real one where there is one. */
const SERVERS: readonly [string, (port: number) => Promise<SecretServer>][] = [
  ['the stand-in', startFakeSecretServer],
  ...(OPENBAO_BINARY
    ? [
        ['a real server', (port: number) => startOpenBao(OPENBAO_BINARY, port)] as [
          string,
          typeof startFakeSecretServer,
        ],
      ]
    : []),
];

describe.each(SERVERS)('with %s', (_name, start) => {
  let server: SecretServer;
  beforeAll(async () => {
    server = await start(await freePort());
    await server.put('gatehouse/search', { key: 'the key', login: 'ada:pass:word', number: 7, empty: '' });
    await server.put('gatehouse/a folder/ümlaut & co', { key: 'far away' });
    await server.put('private/other', { key: 'not for us' });
  });
  afterAll(() => server.stop());

  test.each([
    ['by token', byToken],
    ['by AppRole', byRole],
  ])('a field of a secret is read %s, with its version', async (_how, source) => {
    const backend = source(server);
    expect(await backend.credentialFor(question('bao:gatehouse/search#key'))).toEqual(ready('the key', 1));
    const odd = await backend.credentialFor(question('bao:gatehouse/a folder/ümlaut & co#key'));
    expect(odd).toEqual(ready('far away', 1));
  });

  test('a field that is placed as a password is a name and a password', async () => {
    const asked = question('bao:gatehouse/search#login', undefined, { in: 'basic' });
    expect(await byToken(server).credentialFor(asked)).toMatchObject({
      credential: { kind: 'basic', username: 'ada', password: 'pass:word' },
    });
  });

  test('what is not there is missing, and what is no text is said to be none', async () => {
    const backend = byToken(server);
    for (const path of ['gatehouse/nothing#key', 'gatehouse/search#other', 'gatehouse/search#empty']) {
      expect(await backend.credentialFor(question(`bao:${path}`))).toEqual({ kind: 'missing' });
    }
    await expect(backend.credentialFor(question('bao:gatehouse/search#number'))).rejects.toEqual(
      refusal('setting_invalid', /"search" names is no text/),
    );
  });

  test('a secret that was deleted is missing, and one that was written again is the next version', async () => {
    const backend = byToken(server, { cacheSeconds: 0 });
    const asked = question('bao:gatehouse/changing#key');
    await server.put('gatehouse/changing', { key: 'first' });
    await server.delete('gatehouse/changing');
    expect(await backend.credentialFor(asked)).toEqual({ kind: 'missing' });
    await server.put('gatehouse/changing', { key: 'second' });
    expect(await backend.credentialFor(asked)).toEqual(ready('second', 2));
  });

  test('what was read is used again for a while, and read anew once it was refused', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const backend = byToken(server, { cacheSeconds: 60 });
    await server.put('gatehouse/cached', { key: 'first' });
    expect(await backend.credentialFor(question('bao:gatehouse/cached#key'))).toEqual(ready('first', 1));
    await server.put('gatehouse/cached', { key: 'second' });
    expect(await backend.credentialFor(question('bao:gatehouse/cached#key'))).toEqual(ready('first', 1));
    vi.setSystemTime(Date.now() + 2000);
    expect(await backend.credentialFor(question('bao:gatehouse/cached#key', 1))).toEqual(ready('second', 2));
    vi.setSystemTime(Date.now() + 2000);
    expect(await backend.credentialFor(question('bao:gatehouse/cached#key', 2))).toEqual({ kind: 'dead' });
    await server.put('gatehouse/cached', { key: 'third' });
    vi.setSystemTime(Date.now() + 60_000);
    expect(await backend.credentialFor(question('bao:gatehouse/cached#key'))).toEqual(ready('third', 3));
  });

  test('who may not read is unavailable, and nothing of the secret store is told', async () => {
    const asked = question('bao:private/other#key');
    await expect(byToken(server).credentialFor(asked)).rejects.toEqual(unavailable('answered 403'));
    await expect(byRole(server).credentialFor(asked)).rejects.toEqual(unavailable('answered 403'));
    const wrong = { ...server, token: 'wrong', secretId: 'wrong' };
    const right = question('bao:gatehouse/search#key');
    await expect(byToken(wrong).credentialFor(right)).rejects.toEqual(unavailable('answered 403'));
    await expect(byRole(wrong).credentialFor(right)).rejects.toEqual(unavailable('answered 400'));
  });

  test('a token of the role that was ended before its time is replaced, once', async () => {
    const backend = byRole(server, { cacheSeconds: 0 });
    const asked = question('bao:gatehouse/search#key');
    await backend.credentialFor(asked);
    await server.revokeRoleTokens();
    expect(await backend.credentialFor(asked)).toEqual(ready('the key', 1));
  });

  test('a server that is sealed is unavailable', async () => {
    await server.seal();
    const asked = question('bao:gatehouse/search#key');
    await expect(byToken(server).credentialFor(asked)).rejects.toEqual(unavailable('answered 503'));
    await expect(byRole(server).credentialFor(asked)).rejects.toEqual(unavailable('answered 503'));
  });
});

describe('a server that misbehaves', () => {
  let server: FakeSecretServer;
  const asked = question('bao:gatehouse/search#key');
  beforeAll(async () => {
    server = await startFakeSecretServer(await freePort());
    await server.put('gatehouse/search', { key: 'the key' });
  });
  afterAll(() => server.stop());

  const during = async (fault: FakeSecretServer['fault'], act: () => Promise<void>) => {
    server.fault = fault;
    await act().finally(() => {
      server.fault = null;
    });
  };

  test.each<[string, NonNullable<FakeSecretServer['fault']>, string]>([
    ['breaks off', response => void response.destroy(), 'cannot be reached'],
    ['does not answer in time', () => {}, 'cannot be reached'],
    ['sends no JSON', response => void response.end('<p>'), 'gave an answer that is not its own kind'],
    [
      'sends other JSON',
      response => void response.end('{"data":{}}'),
      'gave an answer that is not its own kind',
    ],
    ['sends too much', response => void response.end('x'.repeat(1_100_000)), 'cannot be reached'],
    [
      'sends the token elsewhere',
      response => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
      'answered 307',
    ],
    [
      'has no such engine',
      response => void response.writeHead(404).end('{"errors":["no handler for route \\"other\\"."]}'),
      'has no engine at "mount"',
    ],
  ])('is unavailable where it %s', async (_what, fault, what) => {
    await during(fault, async () => {
      const backend = byToken(server, { timeoutMs: 200 });
      await expect(backend.credentialFor(asked)).rejects.toEqual(unavailable(what));
    });
  });

  test('what was read before is used on while it is away, until its time is over', async () => {
    const backend = byToken(server);
    await backend.credentialFor(asked);
    await during(
      response => void response.destroy(),
      async () => {
        expect(await backend.credentialFor(asked)).toEqual(ready('the key', 1));
      },
    );
  });

  test('it is not asked without end by refusals that a tool provokes', async () => {
    const backend = byToken(server);
    await backend.credentialFor(asked);
    const before = server.requests.length;
    for (let call = 0; call < 20; call++) await backend.credentialFor({ ...asked, refusedVersion: 1 });
    expect(server.requests.length - before).toBeLessThanOrEqual(1);
  });

  test('a role signs in once for as long as its token lives', async () => {
    const logins = () => server.requests.filter(line => line.endsWith('/login')).length;
    const backend = byRole(server, { cacheSeconds: 0 });
    const before = logins();
    for (let call = 0; call < 3; call++) await backend.credentialFor(asked);
    expect(logins() - before).toBe(1);
    server.leaseSeconds = 5;
    const short = byRole(server, { cacheSeconds: 0 });
    for (let call = 0; call < 3; call++) await short.credentialFor(asked);
    expect(logins() - before).toBe(4);
  });

  test('it is asked in its namespace, and below the path of its address', async () => {
    await byToken(server, { namespace: 'team/a', mount: 'secret' }).credentialFor(asked);
    expect(server.lastHeaders).toMatchObject({ 'x-vault-namespace': 'team/a', 'x-vault-request': 'true' });
    expect(server.requests.at(-1)).toBe('GET /v1/secret/data/gatehouse/search');
  });
});

test.each([
  [
    'a backend that is not set up',
    'vault:gatehouse/search#key',
    /a backend that CREDENTIAL_BACKENDS does not have/,
  ],
  ['a path that leads elsewhere', 'bao:gatehouse/../private#key', /must be "<backend>:<path>#<field>"/],
  ['no field', 'bao:gatehouse/search', /must be "<backend>:<path>#<field>"/],
])('a reference with %s is refused', async (_what, secret, message) => {
  const backend = byToken({ address: 'https://bao.example', token: 'x', roleId: '', secretId: '' });
  await expect(backend.credentialFor(question(secret))).rejects.toEqual(refusal('setting_invalid', message));
});

test.each<[string, Changes, RegExp]>([
  [
    'both ways to sign in',
    { appRole: { roleId: 'r', secretId: 'BAO_TOKEN' } },
    /needs either "token" or "appRole"/,
  ],
  ['no way to sign in', { token: undefined }, /needs either "token" or "appRole"/],
  ['no TLS', { address: 'http://bao.example' }, /must use https/],
  ['a secret that is not set', { token: 'OTHER' }, /the variable that "token" of "bao" names is not set/],
])('a backend with %s is refused', async (_what, changes, message) => {
  const backend = byToken({ address: 'https://bao.example', token: 'x', roleId: '', secretId: '' }, changes);
  await expect(backend.credentialFor(question('bao:a#b'))).rejects.toEqual(
    refusal('setting_invalid', message),
  );
});

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Signer, seconds } from '../src/identity/signer.fake.ts';
import { ApiClient } from './support/api-client.ts';
import { askToken, granted } from './support/machine.ts';
import { RawClient } from './support/raw-client.ts';
import { openStream } from './support/streams.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { statusOf } from './support/wire.ts';

const SECRET = randomBytes(24).toString('base64url');
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

let gateway: TestGateway;
let origin: string;
let signer: Signer;
let admin: ApiClient;

beforeAll(async () => {
  signer = await Signer.make();
  const people = { tenant: 'default', defaultRole: 'member', jwks: signer.jwks };
  const machine = { tenant: 'default', roles: ['member'], scopes: ['mcp', 'memory:write'] };
  gateway = await startTestGateway(
    {},
    {
      MACHINE_SECRET: SECRET,
      OAUTH_CLIENTS: JSON.stringify([
        { id: 'assistant', name: 'Assistant', auth: { secret: 'MACHINE_SECRET' }, grants: [JWT_BEARER] },
        {
          ...machine,
          id: 'nightly',
          name: 'Nightly',
          auth: { secret: 'MACHINE_SECRET' },
          grants: ['client_credentials'],
        },
      ]),
      ENTERPRISE_ISSUERS: JSON.stringify([
        {
          ...people,
          id: 'acme',
          name: 'Acme',
          issuer: 'https://acme.example',
          clients: ['assistant'],
          scopes: ['mcp', 'memory:write'],
        },
      ]),
      EXTERNAL_TOKEN_ISSUERS: JSON.stringify([
        { ...people, id: 'login', name: 'Login', issuer: 'https://login.example' },
      ]),
    },
  );
  origin = gateway.origin;
  admin = await ApiClient.signIn(origin, 'ada');
});

afterAll(() => gateway.stop());

const memory = () => `${origin}/mcp/memory`;
const at = (token: string) => new RawClient(memory(), token);
const statusWith = (token: string) => statusOf(at(token).modern('server/discover'));
const path = (subject: string, end: string) => `/api/v1/admin/users/${encodeURIComponent(subject)}/${end}`;

async function byIdJag(sub: string): Promise<string> {
  const claims = {
    iss: 'https://acme.example',
    sub,
    aud: origin,
    client_id: 'assistant',
    resource: memory(),
  };
  const times = { jti: randomBytes(8).toString('hex'), iat: seconds(), exp: seconds(60) };
  const assertion = await signer.sign({ ...claims, ...times }, { typ: 'oauth-id-jag+jwt' });
  return (await granted(askToken(origin, { grant_type: JWT_BEARER, assertion }, ['assistant', SECRET])))
    .access_token;
}

function external(sub: string, changes: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const claims = {
    iss: 'https://login.example',
    sub,
    aud: memory(),
    client_id: 'app',
    scope: 'mcp memory:write',
  };
  return signer.sign({ ...claims, iat: seconds(-1), exp: seconds(600), ...changes }, { typ: 'at+jwt' });
}

async function byCredentials(): Promise<string> {
  const fields = { grant_type: 'client_credentials', resource: memory() };
  return (await granted(askToken(origin, fields, ['nightly', SECRET]))).access_token;
}

describe('whoever came in without a browser', () => {
  test.each([
    ['by an ID-JAG', 'acme|heidi', () => byIdJag('heidi')],
    ['by an external token', 'login|heidi', () => external('heidi')],
    ['as a client for itself', 'client|nightly', byCredentials],
  ])('%s can be seen and suspended by an administrator', async (_how, subject, come) => {
    const token = await come();
    expect(await statusWith(token)).toBe(200);
    const answers = [
      (await admin.get(path(subject, 'connections'))).status,
      (await admin.call('PUT', path(subject, 'suspension'))).status,
      await statusWith(token),
    ];
    expect(answers).toEqual([200, 204, 401]);
  });
});
test('a stream does not outlive the token that it was opened with', async () => {
  const token = await external('judy', { exp: seconds(3) });
  const open = await openStream(
    await at(token).modern('subscriptions/listen', { notifications: { resourcesListChanged: true } }),
  );
  await expect.poll(() => statusWith(token), { timeout: 45_000, interval: 500 }).toBe(401);
  const waited = new Promise(resolve => setTimeout(() => resolve('still open'), 5000));
  expect(await Promise.race([open.ended.then(() => 'ended'), waited])).toBe('ended');
});
test('a connection by an external token, once its user has ended it, is not there again with the same token', async () => {
  const token = await external('ivan');
  expect(await statusWith(token)).toBe(200);
  const account = new ApiClient(
    origin,
    await external('ivan', { aud: `${origin}/api`, scope: 'mcp account' }),
  );
  expect((await account.call('DELETE', '/api/v1/clients/login%7Capp')).status).toBe(200);
  expect(await statusWith(token)).toBe(401);
});
test('a client of OAUTH_CLIENTS is not one that can be deleted, and is left as it is', async () => {
  const answer = await admin.call('DELETE', '/api/v1/admin/clients/nightly');
  const listed = (await admin.get('/api/v1/admin/clients')).body.clients.find(
    ({ id }: { id: string }) => id === 'nightly',
  );
  expect([answer.status, answer.body?.code, listed?.block ?? null]).toEqual([404, 'client_unknown', null]);
});

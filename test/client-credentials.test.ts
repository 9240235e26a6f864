import { randomBytes } from 'node:crypto';
import { ClientCredentialsProvider, PrivateKeyJwtProvider } from '@modelcontextprotocol/client';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../src/cli/gateway-process.ts';
import { Signer, seconds, unsigned } from '../src/identity/signer.fake.ts';
import type { Running } from './support/identity-provider.ts';
import { KeyServer } from './support/key-server.ts';
import { askToken, connectBy, failure, granted } from './support/machine.ts';
import { authorizationUrl, registered } from './support/oauth.ts';
import { RawClient } from './support/raw-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { statusOf } from './support/wire.ts';

const SECRET = randomBytes(24).toString('base64url');
const CREDENTIALS = { grant_type: 'client_credentials' };
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const PIPELINE = ['pipeline', SECRET] as const;
const PARALLEL = 20;

let gateway: TestGateway;
let origin: string;
let keyServer: Running;
let signer: Signer;

beforeAll(async () => {
  signer = await Signer.make();
  const keys = new KeyServer(await freePort(), signer);
  keyServer = await keys.start();
  const machine = { grants: ['client_credentials'], tenant: 'acme', roles: ['member'] };
  const all = ['mcp', 'memory:write'];
  const clients = [
    { ...machine, id: 'pipeline', name: 'Pipeline', auth: { secret: 'PIPELINE_SECRET' }, scopes: all },
    { ...machine, id: 'reader', name: 'Reader', auth: { jwks: signer.jwks }, scopes: ['mcp', 'memory:read'] },
    { ...machine, id: 'remote', name: 'Remote', auth: { jwksUri: keys.url }, scopes: ['mcp'] },
    {
      id: 'web',
      name: 'Web',
      auth: { secret: 'PIPELINE_SECRET' },
      grants: ['authorization_code'],
      redirectUris: ['https://app.example/callback'],
    },
  ];
  const settings = { OAUTH_CLIENTS: JSON.stringify(clients), PIPELINE_SECRET: SECRET };
  gateway = await startTestGateway({}, settings);
  origin = gateway.origin;
});

afterAll(async () => {
  await gateway.stop();
  await keyServer.stop();
});

const memory = () => `${origin}/mcp/memory`;
const at = (token: string) => new RawClient(memory(), token);
const newToken = (fields: Record<string, string> = {}) =>
  granted(askToken(origin, { ...CREDENTIALS, resource: memory(), ...fields }, PIPELINE));

/** The right claims of a client assertion, with changes. */
function claims(changes: Readonly<Record<string, unknown>> = {}): JWTPayload {
  const right = { iss: 'reader', sub: 'reader', aud: origin, iat: seconds(), exp: seconds(60) };
  return { ...right, jti: randomBytes(8).toString('hex'), ...changes };
}

const askBy = (client_assertion: string, changes: Record<string, string> = {}) =>
  askToken(origin, {
    ...CREDENTIALS,
    resource: memory(),
    client_assertion,
    client_assertion_type: ASSERTION_TYPE,
    ...changes,
  });

describe('real SDK clients that act for themselves', () => {
  test('by a secret sign in and call a tool', async () => {
    const provider = new ClientCredentialsProvider({
      clientId: 'pipeline',
      clientSecret: SECRET,
      expectedIssuer: origin,
    });
    const client = await connectBy(provider, memory());
    const result = await client.callTool({ name: 'list', arguments: {} });
    expect(result.isError ?? false).toBe(false);
    await client.close();
  });

  test.each(['reader', 'remote'])('by a key sign in and call a tool, as %s', async clientId => {
    const provider = new PrivateKeyJwtProvider({
      clientId,
      privateKey: await signer.pem,
      algorithm: signer.alg,
      expectedIssuer: origin,
    });
    const client = await connectBy(provider, memory());
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    await client.close();
  });
});

describe('RFC 6749 section 4.4: client credentials', () => {
  test('bring a token for the resource and the scopes that were asked for, and none to refresh it', async () => {
    const token = await newToken({ scope: 'memory:read' });
    expect(token).toMatchObject({ scope: 'mcp memory:read', resource: memory(), expires_in: 3600 });
    expect(token.refresh_token).toBeUndefined();
  });

  test('without a resource or scope are for all servers, and for all that the client may have', async () => {
    const token = await granted(askToken(origin, CREDENTIALS, PIPELINE));
    expect(token).toMatchObject({ scope: 'mcp memory:read memory:write', resource: `${origin}/mcp` });
  });

  test('never bring more than the client may have', async () => {
    const token = await granted(
      askBy(await signer.sign(claims()), { scope: 'mcp memory:read memory:write' }),
    );
    expect(token.scope).toBe('mcp memory:read');
    expect(await failure(askBy(await signer.sign(claims()), { scope: 'memory:write admin' }))).toMatchObject({
      status: 400,
      error: 'invalid_scope',
      description: 'The most that can be had at this resource is: mcp memory:read.',
    });
  });

  test.each([
    ['that is not here', () => 'https://elsewhere.example/mcp'],
    ['where the client may have nothing', () => `${origin}/api`],
  ])('for a resource %s are refused', async (_what, resource) => {
    const refused = await failure(askToken(origin, { ...CREDENTIALS, resource: resource() }, PIPELINE));
    expect(refused).toMatchObject({ status: 400, error: 'invalid_target' });
  });

  test('by HTTP Basic or in the body are the same', async () => {
    const inBody = { ...CREDENTIALS, client_id: 'pipeline', client_secret: SECRET };
    expect((await askToken(origin, inBody)).status).toBe(200);
  });

  test('a token is good at its own resource only, and reaches the data of its client only', async () => {
    const { access_token } = await newToken();
    expect(await statusOf(at(access_token).modern('server/discover'))).toBe(200);
    expect(await statusOf(new RawClient(`${origin}/mcp`, access_token).modern('server/discover'))).toBe(401);
    const [, tenant, subject] = access_token.split('.');
    const text = (part = '') => Buffer.from(part, 'base64url').toString();
    expect([text(tenant), text(subject)]).toEqual(['acme', 'client|pipeline']);
  });

  test('a session that one token opened goes on with the next, and with the next when that was revoked', async () => {
    const [first, second] = [await newToken(), await newToken()];
    const session = await at(first.access_token).initialize();
    const ping = (token: string) =>
      statusOf(
        at(token).send({
          headers: { 'mcp-session-id': session.id },
          body: { jsonrpc: '2.0', id: 1, method: 'ping' },
        }),
      );
    expect(await ping(second.access_token)).toBe(200);
    const form = new URLSearchParams({ token: first.access_token });
    const authorization = `Basic ${Buffer.from(PIPELINE.join(':')).toString('base64')}`;
    const revoked = await fetch(`${origin}/oauth/revoke`, {
      method: 'POST',
      headers: { authorization },
      body: form,
    });
    expect(revoked.status).toBe(200);
    expect(await ping(first.access_token)).toBe(401);
    expect(await ping(second.access_token)).toBe(200);
    expect(await ping((await newToken()).access_token)).toBe(200);
  });

  test('is for no person: its client cannot send anybody to sign in, not even to where its codes go inside', async () => {
    for (const redirect_uri of ['https://token-maker.invalid/', 'https://app.example/callback']) {
      const url = authorizationUrl(origin, { client_id: 'pipeline' }, { redirect_uri });
      const response = await fetch(url, { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([400, null]);
    }
  });

  test("another client's token does not reach the session", async () => {
    const session = await at((await newToken()).access_token).initialize();
    const other = await granted(askBy(await signer.sign(claims())));
    const body = { jsonrpc: '2.0', id: 1, method: 'ping' };
    const headers = { 'mcp-session-id': session.id };
    expect(await statusOf(at(other.access_token).send({ headers, body }))).toBe(404);
  });
});

describe('RFC 6749 section 5.2: what is wrong with a client is said', () => {
  const CHALLENGE = 'Basic realm="OAuth"';

  test.each<[string, Record<string, string>, (readonly [string, string])?]>([
    ['a wrong secret', {}, ['pipeline', `${SECRET.slice(0, -1)}!`]],
    ['an empty secret', { client_id: 'pipeline', client_secret: '' }],
    ['a client that nobody knows', {}, ['nobody', SECRET]],
    ['no client at all', {}],
    ['a secret where a key was set up', {}, ['reader', SECRET]],
    ['a name only, where a secret was set up', { client_id: 'pipeline' }],
  ])('%s', async (_what, fields, basic) => {
    const refused = await failure(askToken(origin, { ...CREDENTIALS, ...fields }, basic));
    expect(refused).toMatchObject({ status: 401, error: 'invalid_client' });
    expect(refused.description).toBeTruthy();
    if (basic) expect(refused.challenge).toContain(CHALLENGE);
  });

  test('a client that was not set up for the grant', async () => {
    const refused = await failure(askToken(origin, CREDENTIALS, ['web', SECRET]));
    expect(refused).toMatchObject({ status: 400, error: 'unauthorized_client' });
  });

  test('a client that registered itself', async () => {
    const { client_id, client_secret = '' } = await registered(origin, {
      token_endpoint_auth_method: 'client_secret_basic',
    });
    const refused = await failure(askToken(origin, CREDENTIALS, [client_id, client_secret]));
    expect(refused).toMatchObject({ status: 400, error: 'unauthorized_client' });
  });

  test('two ways to authenticate at once, or a parameter twice', async () => {
    const two = { ...CREDENTIALS, client_secret: SECRET };
    expect((await askToken(origin, two, PIPELINE)).status).toBe(400);
    const body = new URLSearchParams({ ...CREDENTIALS, client_id: 'pipeline', client_secret: SECRET });
    body.append('scope', 'mcp');
    body.append('scope', 'admin');
    const refused = await failure(fetch(`${origin}/oauth/token`, { method: 'POST', body }));
    expect(refused).toMatchObject({ status: 400, error: 'invalid_request' });
  });
});

describe('RFC 7523 section 3: a client assertion', () => {
  test('is good for our issuer or token endpoint, once', async () => {
    const assertion = await signer.sign(claims({ aud: `${origin}/oauth/token` }));
    expect((await askBy(assertion)).status).toBe(200);
    expect(await failure(askBy(assertion))).toMatchObject({
      status: 401,
      error: 'invalid_client',
      description: 'The client assertion was used before; make a new one for each request.',
    });
  });

  test(`that ${PARALLEL} requests bring at once is good for one of them`, async () => {
    const assertion = await signer.sign(claims());
    const answers = await Promise.all(Array.from({ length: PARALLEL }, () => askBy(assertion)));
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([200, ...Array.from({ length: PARALLEL - 1 }, () => 401)]);
  });

  test('that was refused is not used up', async () => {
    const assertion = await signer.sign(claims());
    const wrongType = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' };
    expect((await failure(askBy(assertion, wrongType))).error).toBe('invalid_client');
    expect((await askBy(assertion)).status).toBe(200);
  });

  test.each<[string, () => Promise<string> | string, RegExp]>([
    ['that expired', () => signer.sign(claims({ iat: seconds(-120), exp: seconds(-60) })), /has expired/],
    ['without an end', () => signer.sign(claims({ exp: undefined })), /lacks the claim exp/],
    ['that is good for a day', () => signer.sign(claims({ exp: seconds(86_400) })), /valid for too long/],
    ['of the future', () => signer.sign(claims({ iat: seconds(300), exp: seconds(600) })), /not valid yet/],
    ['for another audience', () => signer.sign(claims({ aud: 'https://other.example' })), /another audience/],
    ['for others besides', () => signer.sign(claims({ aud: [origin, 'https://other.example'] })), /no more/],
    ['without a jti', () => signer.sign(claims({ jti: undefined })), /lacks the claim jti/],
    ['about another client', () => signer.sign(claims({ sub: 'remote' })), /another client/],
    ['of another type', () => signer.sign(claims(), { typ: 'oauth-id-jag+jwt' }), /wrong typ/],
    ['that nobody signed', () => unsigned({ alg: 'none' }, claims()), /algorithm that is not allowed/],
    ['under an unknown key', () => signer.sign(claims(), { kid: 'k2' }), /key that its issuer does not/],
    ['with a forged signature', async () => (await Signer.make()).sign(claims()), /signature that does not/],
    ['that is no JWT', () => 'abc', /not a signed JWT|Client ID/],
  ])('%s is refused', async (_what, make, words) => {
    const refused = await failure(askBy(await make(), { client_id: 'reader' }));
    expect(refused).toMatchObject({ status: 401, error: 'invalid_client' });
    expect(refused.description).toMatch(words);
  });

  test('signed with the public key as a shared secret is refused', async () => {
    const { SignJWT } = await import('jose');
    const secret = new TextEncoder().encode(JSON.stringify(signer.publicJwk));
    const forged = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret);
    expect((await failure(askBy(forged))).description).toMatch(/algorithm that is not allowed/);
  });
});

test('RFC 8414: the metadata list what these clients may do, and no more', async () => {
  const metadata = await (await fetch(`${origin}/.well-known/oauth-authorization-server`)).json();
  expect(metadata).toMatchObject({
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_methods_supported: expect.arrayContaining(['client_secret_basic', 'private_key_jwt']),
  });
  expect(JSON.stringify(metadata)).not.toMatch(/HS256|jwt-bearer|id-jag/);
});

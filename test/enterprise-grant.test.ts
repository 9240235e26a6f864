import { randomBytes } from 'node:crypto';
import { CrossAppAccessProvider } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../src/cli/gateway-process.ts';
import { Signer, seconds, unsigned } from '../src/identity/signer.fake.ts';
import { CLIENT, type Running } from './support/identity-provider.ts';
import { askToken, connectBy, failure, granted } from './support/machine.ts';
import { authorizationUrl, redeem, registered } from './support/oauth.ts';
import { COMMON, startOidcGateway } from './support/oidc-gateway.ts';
import { RawClient } from './support/raw-client.ts';
import { ScriptedProvider } from './support/scripted-provider.ts';

import type { TestGateway } from './support/test-gateway.ts';
import { WebBrowser } from './support/web-browser.ts';
import { resultOf, statusOf } from './support/wire.ts';

const SECRET = randomBytes(24).toString('base64url');
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const PARALLEL = 20;

let gateway: TestGateway;
let origin: string;
let scripted: ScriptedProvider;
let provider: Running;
let signer: Signer;

beforeAll(async () => {
  signer = await Signer.make();
  scripted = new ScriptedProvider(await freePort());
  provider = await scripted.start();
  const { issuer } = scripted;
  const access = { tenant: 'acme', roles: COMMON.roles, defaultRole: null };
  const clients = ['assistant', 'stranger'].map(id => ({
    id,
    name: id,
    auth: { secret: 'ASSISTANT_SECRET' },
    grants: [JWT_BEARER],
  }));
  const enterprise = {
    ...access,
    id: 'acme',
    name: 'Acme',
    issuer,
    jwks: signer.jwks,
    clients: ['assistant'],
    scopes: ['mcp', 'memory:write', 'account', 'admin'],
  };
  const { clientId, clientSecret } = COMMON;
  gateway = await startOidcGateway(
    [{ ...access, clientId, clientSecret, id: 'acme', name: 'Acme', issuer }],
    {},
    {
      OAUTH_CLIENTS: JSON.stringify(clients),
      ASSISTANT_SECRET: SECRET,
      ENTERPRISE_ISSUERS: JSON.stringify([enterprise]),
    },
  );
  origin = gateway.origin;
});

afterAll(async () => {
  await gateway.stop();
  await provider.stop();
});

const memory = () => `${origin}/mcp/memory`;

/** The right claims of an ID-JAG, with changes. */
function claims(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    iss: scripted.issuer,
    sub: 'mallory',
    aud: origin,
    client_id: 'assistant',
    resource: memory(),
    jti: randomBytes(8).toString('hex'),
    iat: seconds(),
    exp: seconds(60),
    groups: ['staff'],
    ...changes,
  };
}

const TYPE = { typ: 'oauth-id-jag+jwt' };
const idJag = (changes: Readonly<Record<string, unknown>> = {}) => signer.sign(claims(changes), TYPE);
const ask = (assertion: string, fields: Record<string, string> = {}, id = 'assistant') =>
  askToken(origin, { grant_type: JWT_BEARER, assertion, ...fields }, [id, SECRET]);

test('a real SDK client signs its user in by an ID-JAG, and calls a tool', async () => {
  const provider = new CrossAppAccessProvider({
    clientId: 'assistant',
    clientSecret: SECRET,
    expectedIssuer: origin,
    assertion: ({ resourceUrl }) => idJag({ resource: resourceUrl }),
  });
  const client = await connectBy(provider, memory());
  const result = await client.callTool({
    name: 'remember',
    arguments: { title: 'By an ID-JAG', text: 'kept for Mallory' },
  });
  expect(result.isError ?? false).toBe(false);
  await client.close();
});

test('its user is the person who signs in with that provider at a browser', async () => {
  const byIdJag = await granted(ask(await idJag()));
  const browser = new WebBrowser();
  const client = await registered(origin);
  const url = authorizationUrl(origin, client, { scope: 'mcp memory:read memory:write' });
  const begun = await browser.submitOnly(await browser.go(url), { provider: 'acme' });
  const { state = '', nonce = '' } = Object.fromEntries(
    new URL(begun.headers.get('location') ?? '').searchParams,
  );
  await scripted.grant('code-1', nonce, { aud: CLIENT.id });
  const callback = new URL('/sign-in/callback', origin);
  callback.search = new URLSearchParams({ code: 'code-1', state, iss: scripted.issuer }).toString();
  const back = await browser.submit(await browser.go(callback), { decision: 'approve' });
  const atBrowser = await granted(redeem(origin, client, back.redirect?.searchParams.get('code') ?? ''));
  const ownerOf = (token: string) => token.split('.').slice(0, 3).join('.');
  expect(ownerOf(byIdJag.access_token)).toBe(ownerOf(atBrowser.access_token));
  const call = new RawClient(memory(), atBrowser.access_token).modern('tools/call', {
    name: 'list',
    arguments: {},
  });
  expect(JSON.stringify(await resultOf(call))).toContain('By an ID-JAG');
});

describe('what an ID-JAG brings', () => {
  test('is for the resource that it names, within its scopes and those of its issuer, without a refresh token', async () => {
    const token = await granted(ask(await idJag({ scope: 'memory:read nonsense' })));
    expect(token).toMatchObject({ resource: memory(), scope: 'mcp memory:read' });
    expect(token.refresh_token).toBeUndefined();
    expect((await granted(ask(await idJag()))).scope).toBe('mcp memory:read memory:write');
    expect((await granted(ask(await idJag(), { scope: 'memory:read' }))).scope).toBe('mcp memory:read');
  });

  test('administers only by a role that may', async () => {
    const resource = `${origin}/api`;
    expect((await granted(ask(await idJag({ resource })))).scope).toBe('account');
    const groups = ['mcp-admins'];
    expect((await granted(ask(await idJag({ resource, groups })))).scope).toBe('account admin');
  });

  test('goes on in the session that an earlier one opened', async () => {
    const [first, second] = [await granted(ask(await idJag())), await granted(ask(await idJag()))];
    const session = await new RawClient(memory(), first.access_token).initialize();
    const body = { jsonrpc: '2.0', id: 1, method: 'ping' };
    const headers = { 'mcp-session-id': session.id };
    const next = new RawClient(memory(), second.access_token);
    expect(await statusOf(next.send({ headers, body }))).toBe(200);
  });
});

test(`an ID-JAG that ${PARALLEL} requests bring at once is good for one of them`, async () => {
  const assertion = await idJag();
  const answers = await Promise.all(Array.from({ length: PARALLEL }, () => ask(assertion)));
  const statuses = answers.map(({ status }) => status).toSorted();
  expect(statuses).toEqual([200, ...Array.from({ length: PARALLEL - 1 }, () => 400)]);
  expect((await failure(ask(assertion))).description).toMatch(/was used before/);
});

describe('an ID-JAG is refused', () => {
  const day = 86_400;

  test.each<[string, () => Promise<string> | string, string, RegExp]>([
    ['that expired', () => idJag({ iat: seconds(-120), exp: seconds(-60) }), 'invalid_grant', /has expired/],
    ['that is good for a day', () => idJag({ exp: seconds(day) }), 'invalid_grant', /within 300 seconds/],
    ['of the future', () => idJag({ iat: seconds(90), exp: seconds(120) }), 'invalid_grant', /not valid yet/],
    ['without iat', () => idJag({ iat: undefined }), 'invalid_grant', /lacks the claim iat/],
    ['without jti', () => idJag({ jti: undefined }), 'invalid_grant', /lacks the claim jti/],
    ['without sub', () => idJag({ sub: undefined }), 'invalid_grant', /lacks the claim sub/],
    ['without resource', () => idJag({ resource: undefined }), 'invalid_grant', /lacks the claim resource/],
    ['for another audience', () => idJag({ aud: 'https://x.example' }), 'invalid_grant', /another audience/],
    ['for others besides', () => idJag({ aud: [origin, 'https://x.example'] }), 'invalid_grant', /no more/],
    ['of another client', () => idJag({ client_id: 'stranger' }), 'invalid_grant', /to another client/],
    ['for a foreign resource', () => idJag({ resource: 'https://x.example' }), 'invalid_target', /not here/],
    ['that is bound to a key', () => idJag({ cnf: { jkt: 'x' } }), 'invalid_grant', /the claim cnf/],
    ['of an unknown issuer', () => idJag({ iss: 'https://x.example' }), 'invalid_grant', /not trusted/],
    ['of somebody in no group', () => idJag({ groups: ['strangers'] }), 'invalid_grant', /in no group/],
    ['without its type', () => signer.sign(claims()), 'invalid_grant', /wrong typ/],
    ['that is an access token', () => signer.sign(claims(), { typ: 'at+jwt' }), 'invalid_grant', /wrong typ/],
    ['that nobody signed', () => unsigned({ alg: 'none', ...TYPE }, claims()), 'invalid_grant', /algorithm/],
    ['with HS256', () => unsigned({ alg: 'HS256', ...TYPE }, claims(), 'eA'), 'invalid_grant', /algorithm/],
    ['of a forger', async () => (await Signer.make()).sign(claims(), TYPE), 'invalid_grant', /signature/],
    ['under an unknown key', () => signer.sign(claims(), { ...TYPE, kid: 'x' }), 'invalid_grant', /key/],
    ['that is no JWT', () => 'x', 'invalid_grant', /not a signed JWT/],
  ])('%s', async (_what, make, error, words) => {
    const refused = await failure(ask(await make()));
    expect(refused).toMatchObject({ status: 400, error });
    expect(refused.description).toMatch(words);
  });

  test('at the hands of a client that its issuer may not let in, or that cannot prove itself', async () => {
    const foreign = await failure(ask(await idJag({ client_id: 'stranger' }), {}, 'stranger'));
    expect(foreign).toMatchObject({ status: 400, error: 'invalid_grant' });
    const assertion = await idJag();
    const fields = { grant_type: JWT_BEARER, assertion };
    const unproved = await failure(askToken(origin, { ...fields, client_id: 'assistant' }));
    expect(unproved).toMatchObject({ status: 401, error: 'invalid_client' });
    expect((await ask(assertion)).status).toBe(200);
  });

  test('for another resource than was asked for, or with scopes that it does not have', async () => {
    const other = await failure(ask(await idJag(), { resource: `${origin}/mcp` }));
    expect(other).toMatchObject({ status: 400, error: 'invalid_target' });
    const more = await failure(ask(await idJag({ scope: 'memory:read' }), { scope: 'memory:write' }));
    expect(more).toMatchObject({ status: 400, error: 'invalid_scope' });
  });

  test('as an access token', async () => {
    const status = await statusOf(new RawClient(memory(), await idJag()).modern('server/discover'));
    expect(status).toBe(401);
  });
});

test('the metadata list the grant and its profile', async () => {
  const metadata = await (await fetch(`${origin}/.well-known/oauth-authorization-server`)).json();
  expect(metadata).toMatchObject({
    grant_types_supported: ['authorization_code', 'refresh_token', JWT_BEARER],
    authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'],
  });
});

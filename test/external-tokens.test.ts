import { createPublicKey, randomBytes } from 'node:crypto';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../src/cli/gateway-process.ts';
import { Signer, seconds, unsigned } from '../src/identity/signer.fake.ts';
import type { Running } from './support/identity-provider.ts';
import { KeyServer } from './support/key-server.ts';
import { RawClient } from './support/raw-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { resultOf, statusOf, wireClient } from './support/wire.ts';

const ISSUER = 'https://login.example';
const LAX = 'https://lax.example';
const DOWN = 'https://down.example';

let gateway: TestGateway;
let plain: TestGateway;
let origin: string;
let keys: KeyServer;
let keyServer: Running;
let signer: Signer;

beforeAll(async () => {
  signer = await Signer.make('first', 'RS256');
  keys = new KeyServer(await freePort(), signer);
  keyServer = await keys.start();
  const access = {
    tenant: { claim: 'org', map: { 'acme.example': 'acme' } },
    roles: { claim: 'groups', map: { staff: 'member', 'mcp-admins': 'administrator' } },
    defaultRole: null,
  };
  const issuers = [
    { ...access, id: 'login', name: 'Login', issuer: ISSUER, jwksUri: keys.url },
    { ...access, id: 'lax', name: 'Lax', issuer: LAX, jwks: signer.jwks, type: 'JWT' },
    { ...access, id: 'down', name: 'Down', issuer: DOWN, jwksUri: `http://127.0.0.1:${await freePort()}/` },
  ];
  gateway = await startTestGateway({}, { EXTERNAL_TOKEN_ISSUERS: JSON.stringify(issuers) });
  plain = await startTestGateway();
  origin = gateway.origin;
});

afterAll(async () => {
  await gateway.stop();
  await plain.stop();
  await keyServer.stop();
});

const memory = () => `${origin}/mcp/memory`;

/** The right claims of an access token, with changes. */
function claims(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    iss: ISSUER,
    sub: 'heidi',
    aud: memory(),
    client_id: 'assistant',
    scope: 'openid mcp memory:write',
    jti: randomBytes(8).toString('hex'),
    iat: seconds(),
    exp: seconds(300),
    org: 'acme.example',
    groups: ['staff'],
    ...changes,
  };
}

const TYPE = { typ: 'at+jwt' };
const accessToken = (changes: Readonly<Record<string, unknown>> = {}, header: object = TYPE, by = signer) =>
  by.sign(claims(changes), { ...header });
const at = (token: string, url = memory()) => new RawClient(url, token);
const discover = (token: string, url = memory()) => at(token, url).modern('server/discover');

describe('RFC 9068: an access token of a trusted issuer', () => {
  test('lets a real SDK client call a tool', async () => {
    const client = new Client({ name: 'external', version: '1.0.0' });
    const token = await accessToken();
    const authProvider = { token: async () => token };
    await client.connect(new StreamableHTTPClientTransport(new URL(memory()), { authProvider }));
    const note = { title: 'External', text: 'kept for Heidi' };
    const result = await client.callTool({ name: 'remember', arguments: note });
    expect(result.isError ?? false).toBe(false);
    await client.close();
  });

  test('reaches the same data by the next token, and nobody else does', async () => {
    const list = async (token: string) =>
      JSON.stringify(await resultOf(at(token).modern('tools/call', { name: 'list', arguments: {} })));
    expect(await list(await accessToken())).toContain('External');
    expect(await list(await accessToken({ sub: 'ivan' }))).not.toContain('External');
  });

  test('goes on in the session that an earlier one opened, and another client does not', async () => {
    const session = await at(await accessToken()).initialize();
    const ping = async (changes: object) =>
      statusOf(
        at(await accessToken({ ...changes })).send({
          headers: { 'mcp-session-id': session.id },
          body: { jsonrpc: '2.0', id: 1, method: 'ping' },
        }),
      );
    expect(await ping({})).toBe(200);
    expect(await ping({ client_id: 'other' })).toBe(404);
    expect(await ping({ sub: 'ivan' })).toBe(404);
  });

  test('may name its client by azp, its scopes by scp, and its audience in a list of one', async () => {
    const changes = {
      client_id: undefined,
      azp: 'assistant',
      scope: undefined,
      scp: ['mcp'],
      aud: [memory()],
    };
    expect(await statusOf(discover(await accessToken(changes)))).toBe(200);
  });

  test('without the scope that all need is told which', async () => {
    const refused = await discover(await accessToken({ scope: 'openid' }));
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toMatch(/error="insufficient_scope", scope="mcp"/);
  });

  test('is taken beside our own tokens', async () => {
    const own = await wireClient(origin, '/mcp/memory');
    expect(await statusOf(own.modern('server/discover'))).toBe(200);
  });
});

describe('a token is refused as invalid_token', () => {
  test.each<[string, () => Promise<string> | string, RegExp]>([
    ['for another endpoint', () => accessToken({ aud: `${origin}/mcp` }), /another audience/],
    ['for several endpoints', () => accessToken({ aud: [memory(), `${origin}/mcp`] }), /another audience/],
    ['without an audience', () => accessToken({ aud: undefined }), /another audience/],
    ['that expired', () => accessToken({ exp: seconds(-60) }), /has expired/],
    ['without an end', () => accessToken({ exp: undefined }), /lacks the claim exp/],
    ['that is not valid yet', () => accessToken({ nbf: seconds(120) }), /not valid yet/],
    ['of the future', () => accessToken({ iat: seconds(120) }), /not valid yet/],
    ['without iat', () => accessToken({ iat: undefined }), /lacks the claim iat/],
    ['without sub', () => accessToken({ sub: undefined }), /lacks the claim sub/],
    ['without a client', () => accessToken({ client_id: undefined }), /lacks the claim client_id/],
    ['that is bound to a key', () => accessToken({ cnf: { jkt: 'x' } }), /the claim cnf/],
    ['of somebody in no group', () => accessToken({ groups: ['strangers'] }), /in no group/],
    ['of a foreign tenant', () => accessToken({ org: 'evil.example' }), /names no tenant/],
    ['that is an ID-JAG', () => accessToken({}, { typ: 'oauth-id-jag+jwt' }), /wrong typ/],
    ['that is an ID token', () => accessToken({}, { typ: 'JWT' }), /wrong typ/],
    [
      'that is an ID token where no typ is sent',
      () => accessToken({ iss: LAX, aud: 'gatehouse' }, {}),
      /audience/,
    ],
    [
      'that is an ID-JAG where no typ is sent',
      () => accessToken({ iss: LAX }, { typ: 'oauth-id-jag+jwt' }),
      /typ/,
    ],
    ['that nobody signed', () => unsigned({ alg: 'none', ...TYPE }, claims()), /algorithm/],
    [
      'by an algorithm that is not listed',
      async () => accessToken({}, TYPE, await Signer.make('first', 'ES384')),
      /algorithm/,
    ],
    ['under an unknown key', () => accessToken({}, { ...TYPE, kid: 'unknown' }), /key/],
    ['of a forger', async () => accessToken({}, TYPE, await Signer.make('first', 'RS256')), /signature/],
    ['that another issuer signed', async () => accessToken({ iss: LAX }, {}, await Signer.make()), /key/],
  ])('%s', async (_what, make, words) => {
    const refused = await discover(await make());
    const body = (await refused.json()) as { error: string; error_description: string };
    expect([refused.status, body.error]).toEqual([401, 'invalid_token']);
    expect(body.error_description).toMatch(words);
    expect(refused.headers.get('www-authenticate')).toMatch(/error="invalid_token"/);
  });

  test('of an issuer that is not trusted', async () => {
    const refused = await discover(await accessToken({ iss: 'https://evil.example' }));
    expect(refused.status).toBe(401);
  });

  test('whose payload was changed after it was signed', async () => {
    const [header, , signature] = (await accessToken()).split('.');
    const payload = Buffer.from(JSON.stringify(claims({ sub: 'ivan' }))).toString('base64url');
    expect(await statusOf(discover(`${header}.${payload}.${signature}`))).toBe(401);
  });

  test('signed with the public key as a shared secret', async () => {
    const key = createPublicKey({ key: { ...signer.publicJwk }, format: 'jwk' });
    const pem = key.export({ type: 'spki', format: 'pem' });
    for (const secret of [JSON.stringify(signer.publicJwk), String(pem)]) {
      const forged = new SignJWT({ ...claims() }).setProtectedHeader({ alg: 'HS256', kid: 'first', ...TYPE });
      expect(await statusOf(discover(await forged.sign(new TextEncoder().encode(secret))))).toBe(401);
    }
  });
});

test('an issuer whose keys cannot be read is a 503, and no other check is tried', async () => {
  const refused = await discover(await accessToken({ iss: DOWN }));
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' });
});

test('a new key is found when it is first used, the old one is good no more, and unknown ones do not make us ask each time', async () => {
  const old = await accessToken();
  expect(await statusOf(discover(old))).toBe(200);
  const rotated = await Signer.make('second', 'RS256');
  keys.keys = [rotated.publicJwk];
  const renewed = await accessToken({}, TYPE, rotated);
  await expect.poll(() => statusOf(discover(renewed)), { timeout: 20_000, interval: 500 }).toBe(200);
  expect(await statusOf(discover(old))).toBe(401);
  const before = keys.reads;
  for (let n = 0; n < 20; n++) await discover(await accessToken({}, { ...TYPE, kid: `made-up-${n}` }));
  expect(keys.reads - before).toBeLessThanOrEqual(1);
});

test('without the setting no external token is taken', async () => {
  const url = `${plain.origin}/mcp/memory`;
  expect(await statusOf(discover(await accessToken({ aud: url }), url))).toBe(401);
});

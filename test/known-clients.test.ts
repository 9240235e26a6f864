import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Signer, seconds } from '../src/identity/signer.fake.ts';
import { askToken, failure, granted } from './support/machine.ts';
import { authorizationUrl, Browser, postForm, REDIRECT_URI, register, VERIFIER } from './support/oauth.ts';
import { RawClient } from './support/raw-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import { statusOf } from './support/wire.ts';

const SECRET = randomBytes(24).toString('base64url');
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let gateway: TestGateway;
let origin: string;
let signer: Signer;

beforeAll(async () => {
  signer = await Signer.make();
  const interactive = { grants: ['authorization_code'], redirectUris: [REDIRECT_URI] };
  const clients = [
    { ...interactive, id: 'open', name: 'Open app', auth: 'none' },
    { ...interactive, id: 'web', name: 'Web app', auth: { secret: 'WEB_SECRET' } },
    { ...interactive, id: 'signing', name: 'Signing app', auth: { jwks: signer.jwks } },
  ];
  gateway = await startTestGateway({}, { OAUTH_CLIENTS: JSON.stringify(clients), WEB_SECRET: SECRET });
  origin = gateway.origin;
});

afterAll(() => gateway.stop());

/** What each client proves itself with; made anew for each request. */
const PROOFS: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
  open: async () => ({}),
  web: async () => ({ client_secret: SECRET }),
  signing: async () => {
    const times = { iat: seconds(), exp: seconds(60), jti: randomBytes(8).toString('hex') };
    const client_assertion = await signer.sign({ iss: 'signing', sub: 'signing', aud: origin, ...times });
    return { client_assertion, client_assertion_type: ASSERTION_TYPE };
  },
};
const proofOf = (id: string) => PROOFS[id]?.() ?? Promise.resolve({});

/** Signs Ada in and consents. @returns what redeems the code, without the client's proof. */
async function redemption(client_id: string): Promise<Record<string, string>> {
  const browser = new Browser(origin);
  const url = authorizationUrl(origin, { client_id });
  await browser.signIn(url, 'ada');
  const code = await browser.approve(url);
  const fields = { grant_type: 'authorization_code', code, client_id, redirect_uri: REDIRECT_URI };
  return { ...fields, code_verifier: VERIFIER };
}

async function signIn(id: string) {
  return granted(askToken(origin, { ...(await redemption(id)), ...(await proofOf(id)) }));
}

describe.each(['open', 'web', 'signing'])('the client "%s" that was set up', id => {
  test('is named to its user, who signs in by it, refreshes and revokes', async () => {
    const { access_token, refresh_token = '' } = await signIn(id);
    const call = (token: string) =>
      statusOf(new RawClient(`${origin}/mcp/memory`, token).modern('server/discover'));
    expect(await call(access_token)).toBe(200);
    const refresh = { grant_type: 'refresh_token', client_id: id, refresh_token };
    const renewed = await granted(askToken(origin, { ...refresh, ...(await proofOf(id)) }));
    const retried = await granted(askToken(origin, { ...refresh, ...(await proofOf(id)) }));
    expect(retried.access_token).toBe(renewed.access_token);
    const token = renewed.refresh_token ?? '';
    const revoked = await postForm(`${origin}/oauth/revoke`, {
      client_id: id,
      token,
      ...(await proofOf(id)),
    });
    expect(revoked.status).toBe(200);
    expect(await call(renewed.access_token)).toBe(401);
  });

  test('gets a code at its own redirect URI only', async () => {
    const url = authorizationUrl(
      origin,
      { client_id: id },
      { redirect_uri: 'https://evil.example/callback' },
    );
    const response = await fetch(url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
  });
});

describe.each(['web', 'signing'])('the code and tokens of the confidential client "%s"', id => {
  test('are worth nothing without its proof, and are not used up by who has none', async () => {
    const fields = await redemption(id);
    const wrong = [{}, { client_secret: '' }, { client_secret: 'wrong' }, { client_assertion: 'a.b.c' }];
    for (const proof of wrong) {
      const refused = await failure(askToken(origin, { ...fields, ...(proof as Record<string, string>) }));
      expect(refused).toMatchObject({ status: 401, error: 'invalid_client' });
    }
    const { refresh_token = '' } = await granted(askToken(origin, { ...fields, ...(await proofOf(id)) }));
    const refresh = { grant_type: 'refresh_token', refresh_token };
    expect((await askToken(origin, { ...refresh, client_id: id })).status).toBe(401);
    expect((await askToken(origin, { ...refresh, client_id: 'open' })).status).toBe(400);
    expect((await postForm(`${origin}/oauth/revoke`, { client_id: id, token: refresh_token })).status).toBe(
      401,
    );
    const good = await askToken(origin, { ...refresh, client_id: id, ...(await proofOf(id)) });
    expect(good.status).toBe(200);
  });

  test('are not had by a body that is no form, or by other paths to the endpoint', async () => {
    const body = JSON.stringify(await redemption(id));
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${origin}/oauth/token`, { method: 'POST', headers, body })).status).toBe(400);
    const form = new URLSearchParams(await redemption(id));
    for (const path of [
      '/oauth/token/',
      '/oauth/%74oken',
      '/oauth/token?x=1',
      '/oauth/revoke',
      '/oauth/register',
    ]) {
      const response = await fetch(`${origin}${path}`, { method: 'POST', body: form });
      expect(await response.text()).not.toContain('access_token');
    }
  });
});

test('clients still register themselves, and cannot take the id of one that was set up', async () => {
  const response = await register(origin, { client_id: 'web' });
  expect(response.status).toBe(201);
  expect(((await response.json()) as { client_id: string }).client_id).not.toBe('web');
});

test('a setting that is wrong is refused before anything is served, with its reason and without a secret', async () => {
  const client = {
    id: 'web',
    name: 'Web',
    auth: { secret: 'hunter2-hunter2-hunter2' },
    grants: ['authorization_code'],
  };
  const settings = { OAUTH_CLIENTS: JSON.stringify([{ ...client, redirectUris: [REDIRECT_URI] }]) };
  const start = startTestGateway({}, settings);
  await expect(start).rejects.toThrow(/The setting OAUTH_CLIENTS is wrong: the variable that "auth\.secret"/);
  await expect(start).rejects.toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
  );
});

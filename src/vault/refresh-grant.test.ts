import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { json, ROTATING_CLIENT, RotatingServer } from '../../test/support/rotating-server.ts';
import { freePort } from '../cli/gateway-process.ts';
import { faultLog } from '../errors.fake.ts';
import type { ConnectionOAuth } from './connection.ts';
import type { OAuthCredential } from './credential.ts';
import { refreshAtThirdParty } from './refresh-grant.ts';

const server = new RotatingServer();
let oauth: ConnectionOAuth;

beforeAll(async () => server.start(await freePort()));
afterAll(() => server.stop());
beforeEach(() => {
  server.misbehaves = null;
  server.expiresInSeconds = 3600;
  oauth = {
    issuer: null,
    authorizationUrl: `${server.origin}/authorize`,
    tokenUrl: `${server.origin}/token`,
    clientId: ROTATING_CLIENT.id,
    clientSecret: ROTATING_CLIENT.secret,
    scopes: [],
    parameters: {},
    resource: null,
    facts: null,
  };
});

const credential = (): OAuthCredential => ({
  kind: 'oauth2',
  accessToken: 'old-access',
  refreshToken: server.newFamily(),
  expiresAtMs: 1,
  scopes: ['items'],
});

test('a refresh brings the new tokens, and what is not said of them stays as it was', async () => {
  const old = credential();
  const outcome = await refreshAtThirdParty(oauth, old);
  if (outcome.kind !== 'refreshed') throw new Error(outcome.kind);
  const { accessToken, refreshToken, expiresAtMs, scopes } = outcome.credential;
  expect(accessToken).toMatch(/^access-/);
  expect(refreshToken).not.toBe(old.refreshToken);
  expect(Math.abs((expiresAtMs ?? 0) - Date.now() - 3_600_000)).toBeLessThan(5000);
  expect(scopes).toEqual(['items']);
  const again = await refreshAtThirdParty(oauth, outcome.credential);
  expect(again.kind).toBe('refreshed');
});

test('a refresh token stays where the answer brings no other, and a token that does not say lives without end', async () => {
  const old = credential();
  server.misbehaves = response => json(response, 200, { access_token: 'new', token_type: 'bearer' });
  expect(await refreshAtThirdParty(oauth, old)).toEqual({
    kind: 'refreshed',
    credential: { ...old, accessToken: 'new', expiresAtMs: null },
  });
});

test('the client proves itself in the body where addresses were given, and as metadata say where they were found', async () => {
  server.proofs.length = 0;
  await refreshAtThirdParty(oauth, credential());
  const found = { ...oauth, issuer: server.origin, authorizationUrl: null, tokenUrl: null };
  await refreshAtThirdParty(found, credential());
  expect(server.proofs).toEqual(['post', 'basic']);
});

test.each<[string, number, object]>([
  ['by the standard', 400, { error: 'invalid_grant' }],
  ['with status 200, as GitHub does', 200, { error: 'bad_refresh_token' }],
])('a refresh token that is said to be over %s has ended', async (_how, status, body) => {
  server.misbehaves = response => json(response, status, body);
  expect(await refreshAtThirdParty(oauth, credential())).toEqual({ kind: 'ended' });
});

test('a refresh token that is used twice has ended', async () => {
  const old = credential();
  await refreshAtThirdParty(oauth, old);
  expect(await refreshAtThirdParty(oauth, old)).toEqual({ kind: 'ended' });
});

test.each<[string, (response: ServerResponse) => void, boolean]>([
  ['a broken connection', response => void response.destroy(), false],
  ['a fault', response => json(response, 500, {}), false],
  ['a page', response => void response.end('<p>maintenance</p>'), false],
  ['an answer that is too long', response => void response.end(`{"a":"${'x'.repeat(300_000)}"}`), false],
  [
    'a redirect',
    response => void response.writeHead(307, { location: `${server.origin}/token` }).end(),
    false,
  ],
  ['being asked too often', response => json(response, 429, { error: 'slow_down' }), true],
  ['a client that is no longer known', response => json(response, 401, { error: 'invalid_client' }), true],
  ['a server that is busy', response => json(response, 503, { error: 'temporarily_unavailable' }), false],
])(
  '%s ends nothing, and leaves open whether the token was used, or not',
  async (_what, answer, isTokenUnused) => {
    const faults = faultLog();
    const before = server.count;
    server.misbehaves = answer;
    const outcome = await refreshAtThirdParty(oauth, credential());
    expect(outcome).toEqual({ kind: 'unanswered', refreshToken: null, isTokenUnused });
    expect(server.count - before).toBe(1);
    expect(faults()).toMatchObject([{ event: 'credential_not_refreshed' }]);
  },
);

test('nobody listening ends nothing', async () => {
  faultLog();
  const nowhere = { ...oauth, tokenUrl: `http://127.0.0.1:${await freePort()}/token` };
  expect(await refreshAtThirdParty(nowhere, credential())).toMatchObject({ kind: 'unanswered' });
});

test('a refresh token in an answer that is wrong in other ways is not lost', async () => {
  faultLog();
  server.misbehaves = (response, tokens) => json(response, 200, { ...tokens(), token_type: 7 });
  const outcome = await refreshAtThirdParty(oauth, credential());
  if (outcome.kind !== 'unanswered') throw new Error(outcome.kind);
  server.misbehaves = null;
  const next = { ...credential(), refreshToken: outcome.refreshToken };
  expect((await refreshAtThirdParty(oauth, next)).kind).toBe('refreshed');
});

test('neither tokens nor the secret of the client are in what is reported', async () => {
  const faults = faultLog();
  const old = credential();
  server.misbehaves = response =>
    json(response, 500, { error: 'x', error_description: old.refreshToken ?? '' });
  await refreshAtThirdParty(oauth, old);
  const text = JSON.stringify(faults());
  for (const secret of [old.refreshToken ?? '', ROTATING_CLIENT.secret]) expect(text).not.toContain(secret);
});

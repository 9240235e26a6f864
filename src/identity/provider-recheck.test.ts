import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { CLIENT } from '../../test/support/identity-provider.ts';
import { ScriptedProvider } from '../../test/support/scripted-provider.ts';
import { freePort } from '../cli/gateway-process.ts';
import { faultLog } from '../errors.fake.ts';
import { recheck } from './provider-recheck.ts';
import type { IdentityProvider } from './settings.ts';

const MALLORY = { tenant: 'acme', subject: 'okta|mallory' };

let scripted: ScriptedProvider;
let provider: IdentityProvider;

beforeEach(async () => {
  scripted = new ScriptedProvider(await freePort());
  const running = await scripted.start();
  onTestFinished(() => running.stop());
  provider = {
    id: 'okta',
    name: 'Okta',
    issuer: scripted.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scopes: ['openid'],
    parameters: {},
    tenant: { claim: 'org' },
    roles: { claim: 'groups', map: { staff: 'member', audit: 'auditor' } },
    defaultRole: null,
  };
});

/** Answers a refresh rightly, with what a test changes about the ID token or the answer. */
async function answerWith(claims: Record<string, unknown> = {}, more: object = {}): Promise<void> {
  const id_token = await scripted.idToken(undefined, { org: 'acme', ...claims });
  const tokens = { access_token: 'a', token_type: 'Bearer', refresh_token: 'rotated', id_token };
  scripted.refreshAnswer = [200, { ...tokens, ...more }];
}

/** Asks about a person, and tells what was kept of it too. */
async function ask(refreshToken = 'first') {
  const kept: string[] = [];
  const answer = await recheck(provider, MALLORY, refreshToken, rotated => kept.push(rotated));
  return { ...answer, kept };
}

describe('a provider that vouches for a person again', () => {
  test('gives the roles of today, and a new refresh token', async () => {
    await answerWith({ groups: ['audit'] });
    expect(await ask()).toEqual({ kind: 'confirmed', rights: { roles: ['auditor'] }, kept: ['rotated'] });
    const sent = Object.fromEntries(scripted.redeemed.at(-1) ?? []);
    expect(sent).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'first' });
  });

  test('need not give an ID token, and then says nothing of roles', async () => {
    await answerWith({}, { id_token: undefined, refresh_token: undefined });
    expect(await ask()).toEqual({ kind: 'confirmed', rights: null, kept: [] });
  });
});

describe('a person is refused', () => {
  test.each(['invalid_grant', 'access_denied', 'interaction_required', 'login_required', 'consent_required'])(
    'by the error %s',
    async error => {
      scripted.refreshAnswer = [400, { error }];
      expect(await ask()).toEqual({ kind: 'refused', kept: [] });
    },
  );

  test.each([
    ['no role', { groups: ['strangers'] }],
    ['no groups at all', { groups: undefined }],
    ['another tenant', { org: 'evil' }],
    ['no tenant', { org: undefined }],
    ['another subject', { sub: 'somebody' }],
  ])('by an ID token with %s, and the rotated token is kept', async (_what, claims) => {
    await answerWith(claims);
    expect(await ask()).toEqual({ kind: 'refused', kept: ['rotated'] });
  });
});

describe('nothing is known, and nobody is refused,', () => {
  test.each<[string, number, object | string]>([
    ['an error of ours', 401, { error: 'invalid_client' }],
    ['an error of ours in the request', 400, { error: 'unauthorized_client' }],
    ['an error of its own', 500, { error: 'invalid_grant' }],
    ['too much to do', 429, {}],
    ['no JSON', 200, '<html>'],
    ['no access token', 200, { token_type: 'Bearer' }],
    ['a redirect', 302, {}],
  ])('when the provider answers with %s', async (_what, status, body) => {
    const faults = faultLog();
    scripted.refreshAnswer = [status, body];
    expect(await ask()).toMatchObject({ kind: 'unanswered', kept: [] });
    expect(faults()).toMatchObject([{ event: 'recheck_failed', provider: 'okta' }]);
  });

  test.each([
    ['of another issuer', { iss: 'https://evil.example' }],
    ['for another client', { aud: 'another' }],
    ['that has ended', { exp: 1 }],
  ])('when it sends an ID token %s; the rotated token is kept all the same', async (_what, claims) => {
    faultLog();
    await answerWith(claims);
    expect(await ask()).toEqual({ kind: 'unanswered', kept: ['rotated'] });
  });

  test('when an ID token is signed by somebody else, or its key cannot be read', async () => {
    faultLog();
    scripted.hidesKeys = true;
    await answerWith();
    expect(await ask()).toEqual({ kind: 'unanswered', kept: ['rotated'] });
    scripted.hidesKeys = false;
    await scripted.signAsSomebodyElse();
    await answerWith();
    expect(await ask()).toEqual({ kind: 'unanswered', kept: ['rotated'] });
  });

  test('when the provider cannot be reached', async () => {
    faultLog();
    provider = { ...provider, issuer: `http://127.0.0.1:${await freePort()}` };
    expect(await ask()).toEqual({ kind: 'unanswered', kept: [] });
  });
});

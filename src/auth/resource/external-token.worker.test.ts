import { beforeAll, expect, test, vi } from 'vitest';
import { fakeEnv, fakeSettings } from '../../env.fake.ts';
import { newInstallation } from '../../grants/installation.ts';
import { Signer, seconds } from '../../identity/signer.fake.ts';
import { validateExternalToken } from './external-token.ts';
import type { TokenQuestion } from './token-question.ts';

const ORIGIN = 'https://mcp.example.com';
const RESOURCE = `${ORIGIN}/mcp/memory`;

let signer: Signer;

beforeAll(async () => {
  signer = await Signer.make();
});

/** What is asked with a right token, of an account that says whether the proof counts, and a tenant that may block. */
async function question(isProofGood: () => Promise<boolean>, isClientAllowed = true) {
  const issuer = { id: 'login', name: 'Login', issuer: 'https://login.example', jwks: signer.jwks };
  const EXTERNAL_TOKEN_ISSUERS = JSON.stringify([{ ...issuer, tenant: 'acme', defaultRole: 'member' }]);
  const account = {
    isProofGood: vi.fn(isProofGood),
    standingInstallation: vi.fn(async () => newInstallation()),
  };
  const TENANT = { getByName: () => ({ clientConnected: async () => isClientAllowed }) };
  const env = fakeEnv({ EXTERNAL_TOKEN_ISSUERS, ACCOUNT: { getByName: () => account }, TENANT });
  const iat = seconds(-10);
  const claims = { iss: issuer.issuer, sub: 'heidi', aud: RESOURCE, client_id: 'app', scope: 'mcp' };
  const token = await signer.sign({ ...claims, iat, exp: seconds(60) }, { typ: 'at+jwt' });
  const site = { origin: ORIGIN, servers: ['memory'] };
  const deployment = { origin: ORIGIN, site, settings: fakeSettings() };
  const asked = { env, deployment, resource: RESOURCE, token } as unknown as TokenQuestion;
  return { asked, account, iat };
}

test('a token is taken for the person and the client that it names', async () => {
  const { asked } = await question(async () => true);
  expect(await validateExternalToken(asked)).toMatchObject({
    props: { tenant: 'acme', subject: 'login|heidi', roles: ['member'] },
    audience: RESOURCE,
    scope: ['mcp'],
    clientId: 'login|app',
  });
});

test('a token of before its user was ended or suspended is refused, and makes nothing', async () => {
  const { asked, account, iat } = await question(async () => false);
  await expect(validateExternalToken(asked)).rejects.toMatchObject({ code: 'invalid_token' });
  expect(account.isProofGood).toHaveBeenCalledExactlyOnceWith(iat * 1000);
  expect(account.standingInstallation).not.toHaveBeenCalled();
});

test('a token of a client that the organisation has blocked is refused, and makes nothing', async () => {
  const { asked, account } = await question(async () => true, false);
  await expect(validateExternalToken(asked)).rejects.toMatchObject({ code: 'invalid_token' });
  expect(account.standingInstallation).not.toHaveBeenCalled();
});

test('a token whose user cannot be asked about is not taken', async () => {
  const { asked } = await question(() => Promise.reject(new Error('out of reach')));
  await expect(validateExternalToken(asked)).rejects.toThrow();
});

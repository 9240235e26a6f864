import { env as bound } from 'cloudflare:workers';
import { beforeAll, expect, test, vi } from 'vitest';
import { fakeEnv, fakeSettings } from '../../env.fake.ts';
import type { Env } from '../../env.ts';
import { newInstallation } from '../../grants/installation.ts';
import { sessionIndexOf } from '../../grants/open-sessions.ts';
import type { Proof } from '../../grants/proof.ts';
import { userAccessOf } from '../../grants/user-access.ts';
import { Signer, seconds } from '../../identity/signer.fake.ts';
import { accountObjectName } from '../../session-key/internal-bearer.ts';
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
  expect(account.isProofGood).toHaveBeenCalledExactlyOnceWith({
    provedAtMs: iat * 1000,
    clock: 'foreign',
    source: expect.stringMatching(/^client:/),
  });
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

test('a token whose user is ended while it is checked opens nothing that outlives the end', async () => {
  const bindings = bound as unknown as Env;
  const owner = { tenant: 'acme', subject: 'login|heidi' };
  const { asked } = await question(async () => true);
  const account = {
    isProofGood: async (proof: Proof) => {
      const isGood = await userAccessOf(bindings, owner).isProofGood(proof);
      // The end comes when the question has been answered, and before anything else is asked.
      await userAccessOf(bindings, owner).endUser(owner);
      return isGood;
    },
    standingInstallation: (...given: unknown[]) => {
      const stub = bindings.ACCOUNT.getByName(accountObjectName(owner.tenant, owner.subject));
      return (
        stub as unknown as { standingInstallation(...given: unknown[]): Promise<unknown> }
      ).standingInstallation(...given);
    },
  };
  const env = { ...asked.env, ACCOUNT: { getByName: () => account } };
  const answer = await validateExternalToken({ ...asked, env } as unknown as TokenQuestion).catch(() => null);
  const installationId = answer?.props.installation.id ?? '';
  const session = { object: 'o', installationId, resource: RESOURCE, revision: '2026-07-28', client: null };
  const isOpen = answer !== null && (await sessionIndexOf(bindings, owner).openedSession(owner, session));
  expect(isOpen).toBe(false);
});

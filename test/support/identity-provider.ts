import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

/** People of the test provider by login, with the claims of each. */
export type Accounts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The client that the gateway is at the test provider. */
export const CLIENT = { id: 'gatehouse', secret: 'client-secret-of-the-test' } as const;

/** A server that a test started. */
export interface Running {
  stop(): Promise<void>;
}

/**
 * Starts a real OpenID Connect provider (`oidc-provider`) with its own login and consent pages. Whoever logs in as one of
 * the accounts has its claims in the ID token.
 */
export async function startIdentityProvider(
  port: number,
  gateway: string,
  accounts: Accounts,
): Promise<Running> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${gateway}/sign-in/callback`],
        post_logout_redirect_uris: [`${gateway}/sign-out`],
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'first', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['cookie-key-of-the-test'] },
    claims: { openid: ['sub'], profile: ['name', 'groups', 'org'], email: ['email'] },
    // Claims of scopes go into the ID token, as Okta, Entra ID and Google have them.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    ttl: { AccessToken: 60, Grant: 600, IdToken: 60, Interaction: 600, Session: 600 },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...accounts[sub], sub }) }),
  });
  return listen(createServer(provider.callback()), port);
}

/** Serves on loopback until stopped. */
export async function listen(server: Server, port: number): Promise<Running> {
  await new Promise<void>(ready => server.listen(port, '127.0.0.1', ready));
  return {
    stop: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

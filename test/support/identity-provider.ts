import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';

/** People of the test provider by login, with the claims of each. A test may change it while the provider runs. */
export type Accounts = Record<string, Readonly<Record<string, unknown>>>;

/** The client that the gateway is at the test provider. */
export const CLIENT = { id: 'gatehouse', secret: 'client-secret-of-the-test' } as const;

/** A server that a test started. */
export interface Running {
  stop(): Promise<void>;
}

/** A provider that runs, and can be away for a while. */
export interface RunningProvider extends Running {
  /** How often a refresh token was redeemed here, or was refused. */
  readonly refreshes: number;
  /** The refresh tokens that were given out so far. */
  readonly refreshTokens: readonly string[];
  /** Stops listening; what it knows is there again afterwards. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

/** What providers of enterprises do: claims of scopes go into the ID token, refresh tokens rotate. */
const BEHAVIOUR = {
  cookies: { keys: ['cookie-key-of-the-test'] },
  claims: { openid: ['sub'], profile: ['name', 'groups', 'org'], email: ['email'] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  rotateRefreshToken: true,
  ttl: { AccessToken: 60, Grant: 600, IdToken: 60, Interaction: 600, RefreshToken: 600, Session: 600 },
};

/**
 * Starts a real OpenID Connect provider (`oidc-provider`) with its own login and consent pages. Whoever logs in as one of
 * the accounts has its claims in the ID token; for the scope `offline_access` there are refresh tokens, each good for once.
 */
export async function startIdentityProvider(
  port: number,
  gateway: string,
  accounts: Accounts,
): Promise<RunningProvider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    ...BEHAVIOUR,
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [`${gateway}/sign-in/callback`],
        post_logout_redirect_uris: [`${gateway}/sign-out`],
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'first', use: 'sig', alg: 'RS256' }] },
    findAccount: (_ctx, sub) =>
      Object.hasOwn(accounts, sub)
        ? { accountId: sub, claims: () => ({ ...accounts[sub], sub }) }
        : undefined,
  });
  return runningProvider(provider, port);
}

async function runningProvider(provider: Provider, port: number): Promise<RunningProvider> {
  const refreshTokens: string[] = [];
  let refreshes = 0;
  const count = ({ oidc }: KoaContextWithOIDC) => {
    if (oidc.params?.grant_type === 'refresh_token') refreshes += 1;
  };
  provider.on('grant.success', context => {
    count(context);
    const { refresh_token } = context.body as { refresh_token?: string };
    if (refresh_token !== undefined) refreshTokens.push(refresh_token);
  });
  provider.on('grant.error', count);
  const start = () => listen(createServer(provider.callback()), port);
  let running = await start();
  return {
    refreshTokens,
    get refreshes() {
      return refreshes;
    },
    stop: () => running.stop(),
    goAway: () => running.stop(),
    async comeBack() {
      running = await start();
    },
  };
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

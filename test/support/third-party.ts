import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Provider from 'oidc-provider';
import { Page } from '../../src/cli/form-browser.ts';
import { listen, type Running } from './identity-provider.ts';
import type { WebBrowser } from './web-browser.ts';

/** The client that the gateway is at the third party. */
export const THIRD_PARTY_CLIENT = {
  id: 'gatehouse-there',
  secret: 'client-secret-of-the-third-party',
} as const;

/** A third party that runs, and what it gave out. */
export interface RunningThirdParty extends Running {
  readonly issuer: string;
  /** Access and refresh tokens, in the order in which they were given. */
  readonly tokens: readonly string[];
  /** The requests of tools, oldest first. */
  readonly requests: readonly ToolRequest[];
  /** How often a refresh token was redeemed; each is good once, and one that comes again ends its family. */
  readonly refreshes: number;
  /** How often a refresh was refused. */
  readonly refusals: number;
  /** How long access tokens live that are given from now on, in seconds. */
  accessTokenSeconds: number;
  /** Whether the token endpoint breaks connections off. */
  isTokenEndpointDown: boolean;
  /** Ends every access token that was given; refresh tokens stay. */
  endAccessTokens(): Promise<void>;
  /** Ends every token that was given, as a user does who withdraws their consent there. */
  revokeAll(): Promise<void>;
}

/** A request of a tool as it arrived. */
export interface ToolRequest {
  readonly method: string;
  readonly path: string;
  /** The headers that credentials of the tests are put into. */
  readonly authorization: string | undefined;
  readonly key: string | undefined;
  readonly status: number;
}

/** Starts a real authorization server (`oidc-provider`) with its own login and consent pages, of a third party that tools call. */
export async function startThirdParty(port: number, gateway: string): Promise<RunningThirdParty> {
  const issuer = `http://127.0.0.1:${port}`;
  const tokens: string[] = [];
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: THIRD_PARTY_CLIENT.id,
        client_secret: THIRD_PARTY_CLIENT.secret,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [`${gateway}/connect/callback`],
      },
    ],
    scopes: ['openid', 'offline_access', 'items:read'],
    cookies: { keys: ['cookie-key-of-the-test'] },
    pkce: { required: () => true },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    ttl: {
      AccessToken: () => there.accessTokenSeconds,
      Grant: 600,
      Interaction: 600,
      RefreshToken: 600,
      Session: 600,
    },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  });
  let [refreshes, refusals] = [0, 0];
  const isRefresh = (params: unknown) => (params as { grant_type?: string })?.grant_type === 'refresh_token';
  provider.on('grant.error', context => {
    if (isRefresh(context.oidc.params)) refusals += 1;
  });
  provider.on('grant.success', context => {
    if (isRefresh(context.oidc.params)) refreshes += 1;
    const { access_token, refresh_token } = context.body as Record<string, string | undefined>;
    for (const token of [access_token, refresh_token]) if (token !== undefined) tokens.push(token);
  });
  const requests: ToolRequest[] = [];
  const pages = provider.callback();
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url: path = '', headers } = request;
    if (path === '/token' && there.isTokenEndpointDown) return response.destroy();
    if (!API_PATHS.includes(path)) return pages(request, response);
    const { authorization } = headers;
    const key = headers['x-key']?.toString();
    const isKnown = path === '/items' ? await isTokenGood(provider, authorization) : key === LETTERS_KEY;
    const status = isKnown ? 200 : 401;
    requests.push({ method, path, authorization, key, status });
    response.writeHead(status).end(isKnown ? `${method} ${path}` : 'who are you?');
  };
  const running = await listen(
    createServer((request, response) => void serve(request, response)),
    port,
  );
  const there: RunningThirdParty = {
    issuer,
    tokens,
    requests,
    accessTokenSeconds: 600,
    isTokenEndpointDown: false,
    get refreshes() {
      return refreshes;
    },
    get refusals() {
      return refusals;
    },
    stop: () => running.stop(),
    async endAccessTokens() {
      for (const token of tokens) await (await provider.AccessToken.find(token))?.destroy();
    },
    async revokeAll() {
      await there.endAccessTokens();
      for (const token of tokens) await (await provider.RefreshToken.find(token))?.destroy();
    },
  };
  return there;
}

/** What tools call there: items by an access token, all else by {@link LETTERS_KEY} in `X-Key`. */
const API_PATHS = ['/items', '/letters', '/robot', '/shared'];

export const LETTERS_KEY = 'key-of-the-letters-test';

async function isTokenGood(provider: Provider, authorization = ''): Promise<boolean> {
  const token = /^Bearer (\S+)$/.exec(authorization)?.[1];
  return token !== undefined && (await provider.AccessToken.find(token)) !== undefined;
}

/**
 * Logs in and agrees at the third party, where it asks for that.
 * @param answer what led there, at the address `from`.
 * @returns the callback that the browser is sent to, not yet opened.
 */
export async function agreeThere(browser: WebBrowser, answer: Response, from: URL): Promise<URL> {
  const arrived = await followedThere(browser, answer, from);
  if (arrived instanceof URL) return arrived;
  const fields = arrived.text.includes('name="login"') ? { login: 'somebody', password: 'any' } : {};
  return agreeThere(browser, await browser.submitOnly(arrived, fields), arrived.url);
}

/** Follows redirects of this machine until one leads to our callback, which is not opened, or to a page. */
async function followedThere(browser: WebBrowser, answer: Response, from: URL): Promise<URL | Page> {
  const location = answer.headers.get('location');
  if (location === null) return new Page(from, answer.status, await answer.text());
  await answer.body?.cancel();
  const target = new URL(location, from);
  if (target.pathname === '/connect/callback') return target;
  return followedThere(browser, await browser.open(target), target);
}

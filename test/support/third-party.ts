import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import type { Page } from '../../src/cli/form-browser.ts';
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
    ttl: { AccessToken: 600, Grant: 600, Interaction: 600, RefreshToken: 600, Session: 600 },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  });
  provider.on('grant.success', context => {
    const { access_token, refresh_token } = context.body as Record<string, string | undefined>;
    for (const token of [access_token, refresh_token]) if (token !== undefined) tokens.push(token);
  });
  const running = await listen(createServer(provider.callback()), port);
  return { issuer, tokens, stop: () => running.stop() };
}

/**
 * Follows redirects of this machine until one leads to our callback, which is not opened.
 * @returns the address of the callback; undefined where a page was shown instead.
 */
export async function callbackFrom(
  browser: WebBrowser,
  answer: Response,
  from: URL,
): Promise<URL | undefined> {
  const location = answer.headers.get('location');
  await answer.body?.cancel();
  if (location === null) return undefined;
  const target = new URL(location, from);
  if (target.pathname === '/connect/callback') return target;
  return callbackFrom(browser, await browser.open(target), target);
}

/** Logs in and agrees at the third party. @returns the callback that the browser is sent to, not yet opened. */
export async function agreeThere(browser: WebBrowser, login: Page): Promise<URL> {
  const fields = login.text.includes('name="login"') ? { login: 'somebody', password: 'any' } : {};
  const answer = await browser.submitOnly(login, fields);
  const next = new URL(answer.headers.get('location') ?? '', login.url);
  const found = await callbackFrom(browser, answer, login.url);
  if (found) return found;
  return agreeThere(browser, await browser.go(next));
}

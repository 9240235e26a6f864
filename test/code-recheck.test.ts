import { afterAll, beforeAll, expect, test } from 'vitest';
import { JUST_SIGNED_IN_MS } from '../durable-objects/account/person-check.ts';
import { freePort } from '../src/cli/gateway-process.ts';
import { Device } from './support/device.ts';
import { type Accounts, type RunningProvider, startIdentityProvider } from './support/identity-provider.ts';
import { authorizationUrl, type RegisteredClient, registered } from './support/oauth.ts';
import { COMMON, startOidcGateway } from './support/oidc-gateway.ts';
import { logIn } from './support/provider-login.ts';
import type { TestGateway } from './support/test-gateway.ts';
import { WebBrowser } from './support/web-browser.ts';

const accounts: Accounts = Object.fromEntries(
  ['removed', 'demoted'].map(login => [
    login,
    { email: `${login}@acme.example`, groups: ['mcp-admins'], org: 'acme.example' },
  ]),
);

let gateway: TestGateway;
let provider: RunningProvider;
let client: RegisteredClient;
let url: URL;

beforeAll(async () => {
  const [port, providerPort] = [await freePort(), await freePort()];
  provider = await startIdentityProvider(providerPort, `http://localhost:${port}`, accounts);
  const acme = {
    ...COMMON,
    id: 'acme',
    name: 'Acme',
    issuer: `http://127.0.0.1:${providerPort}`,
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    parameters: { prompt: 'consent' },
  };
  gateway = await startOidcGateway([acme], { port });
  client = await registered(gateway.origin);
  url = authorizationUrl(gateway.origin, client, {
    resource: `${gateway.origin}/api`,
    scope: 'account admin',
  });
});

afterAll(async () => {
  await gateway.stop();
  await provider.stop();
});

async function connect(browser: WebBrowser, consent: Parameters<WebBrowser['submit']>[0]) {
  const back = await browser.approve(consent);
  const resource = url.searchParams.get('resource') ?? '';
  return Device.redeem(gateway.origin, client, back?.searchParams.get('code') ?? '', resource);
}

const statusWith = async (device: Device, path: string) => {
  const headers = { authorization: `Bearer ${device.tokens.access_token}` };
  return (await fetch(`${gateway.origin}${path}`, { headers })).status;
};

/** By then a sign-in does not speak for itself any more. */
const LATER_MS = JUST_SIGNED_IN_MS + 1000;

test('who was removed or demoted at the provider gets nothing by a sign-in of before', {
  timeout: 60_000,
}, async () => {
  const browsers = { removed: new WebBrowser(), demoted: new WebBrowser() };
  for (const [login, browser] of Object.entries(browsers)) {
    const device = await connect(browser, await logIn(browser, url, 'acme', login));
    expect(await statusWith(device, '/api/v1/admin/users')).toBe(200);
  }
  delete accounts.removed;
  accounts.demoted = { ...accounts.demoted, groups: ['staff'] };
  await new Promise(resolve => setTimeout(resolve, LATER_MS));
  const demoted = await connect(browsers.demoted, await browsers.demoted.go(url));
  const removed = await connect(browsers.removed, await browsers.removed.go(url));
  expect([await statusWith(demoted, '/api/v1/admin/users'), await statusWith(removed, '/api/v1/me')]).toEqual(
    [403, 401],
  );
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../src/cli/gateway-process.ts';
import { Device } from './support/device.ts';
import { type RunningProvider, startIdentityProvider } from './support/identity-provider.ts';
import { authorizationUrl, type RegisteredClient, registered } from './support/oauth.ts';
import { COMMON, startOidcGateway } from './support/oidc-gateway.ts';
import { logIn } from './support/provider-login.ts';
import type { TestGateway } from './support/test-gateway.ts';
import { WebBrowser } from './support/web-browser.ts';
import { statusOf } from './support/wire.ts';

const SIGN_IN_TTL_SECONDS = '6';

let gateway: TestGateway;
let provider: RunningProvider;
let client: RegisteredClient;

beforeAll(async () => {
  const [port, providerPort] = [await freePort(), await freePort()];
  const accounts = { grace: { email: 'grace@acme.example', groups: ['staff'], org: 'acme.example' } };
  provider = await startIdentityProvider(providerPort, `http://localhost:${port}`, accounts);
  const acme = { ...COMMON, id: 'acme', name: 'Acme', issuer: `http://127.0.0.1:${providerPort}` };
  gateway = await startOidcGateway([acme], { port }, { SIGN_IN_TTL_SECONDS });
  client = await registered(gateway.origin);
});

afterAll(async () => {
  await gateway.stop();
  await provider.stop();
});

async function deviceOf(browser: WebBrowser): Promise<Device> {
  const url = authorizationUrl(gateway.origin, client);
  const consent = await logIn(browser, url, 'acme', 'grace');
  const back = await browser.approve(consent);
  return Device.redeem(gateway.origin, client, back?.searchParams.get('code') ?? '');
}

test('without a refresh token of the provider, access lasts as long as the sign-in', async () => {
  const device = await deviceOf(new WebBrowser());
  const session = await device.mcp.initialize();
  expect((await device.refresh()).status).toBe(200);
  const over = {
    status: 400,
    body: { error: 'invalid_grant', error_description: expect.stringContaining('sign in again') },
  };
  await expect.poll(() => device.refresh(), { timeout: 20_000, interval: 500 }).toMatchObject(over);
  expect(await statusOf(session.request(1, 'ping'))).toBe(401);
  expect(provider.refreshes).toBe(0);
  expect((await (await deviceOf(new WebBrowser())).refresh()).status).toBe(200);
});

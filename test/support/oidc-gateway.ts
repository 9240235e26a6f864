import { randomBytes } from 'node:crypto';
import { signedIn } from '../../src/auth/sign-in/sign-in.ts';
import { fakeSettings } from '../../src/env.fake.ts';
import type { Person } from '../../src/identity/person.ts';
import { CLIENT } from './identity-provider.ts';
import { startTestGateway, type TestGateway } from './test-gateway.ts';
import type { WebBrowser } from './web-browser.ts';

const KEY_RING = JSON.stringify({ current: 'k1', keys: { k1: randomBytes(32).toString('base64url') } });
const SETTINGS = fakeSettings({ KEY_RING });

/** What the providers of tests have in common: an entry of `OIDC_PROVIDERS` without id, name and issuer. */
export const COMMON = {
  clientId: CLIENT.id,
  clientSecret: 'PROVIDER_SECRET',
  tenant: { claim: 'org', map: { 'acme.example': 'acme' } },
  roles: { claim: 'groups', map: { 'mcp-admins': 'administrator', staff: 'member' } },
  defaultRole: null,
};

/** Starts a gateway with identity providers, under keys that {@link personIn} has too. */
export function startOidcGateway(
  providers: readonly object[],
  again: { readonly port?: number } = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<TestGateway> {
  const oidc = { OIDC_PROVIDERS: JSON.stringify(providers), PROVIDER_SECRET: CLIENT.secret, KEY_RING };
  return startTestGateway(again, { ...oidc, ...settings });
}

/** Who is signed in at a gateway in this browser. */
export function personIn(browser: WebBrowser, origin: string): Promise<Person | null> {
  const headers = { cookie: browser.cookieHeader(origin) };
  return signedIn(SETTINGS, new Request(origin, { headers }));
}

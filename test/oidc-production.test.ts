import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorizationUrl, type RegisteredClient, registered } from './support/oauth.ts';
import { COMMON, startOidcGateway } from './support/oidc-gateway.ts';
import type { TestGateway } from './support/test-gateway.ts';

const PRODUCTION = { GATEHOUSE_ENV: 'production' };

describe('in production', () => {
  let production: TestGateway;
  let client: RegisteredClient;

  beforeAll(async () => {
    const provider = { ...COMMON, id: 'okta', name: 'Okta', issuer: 'https://idp.example' };
    production = await startOidcGateway([provider], {}, PRODUCTION);
    client = await registered(production.origin);
  });

  afterAll(() => production.stop());

  test('one provider has a page with its button too, and there are no test identities', async () => {
    const response = await fetch(authorizationUrl(production.origin, client), { redirect: 'manual' });
    const text = await response.text();
    expect([response.status, response.headers.get('location')]).toEqual([200, null]);
    expect(text.match(/<button [^>]*>/g)).toHaveLength(1);
    expect(text).toContain('name="provider" value="okta"');
    expect(text).not.toMatch(/name="user"|development/);
  });
});

test('a provider without TLS in production is refused before anything is served, with its reason', async () => {
  const provider = { ...COMMON, id: 'okta', name: 'Okta', issuer: 'http://127.0.0.1:1' };
  await expect(startOidcGateway([provider], {}, PRODUCTION)).rejects.toThrow(
    'The setting OIDC_PROVIDERS is wrong: the issuer of "okta" must use https.',
  );
});

import { requirePublicHost } from './public-host.ts';

/** The platform's own, whatever the global is by now. */
const platformFetch = globalThis.fetch;

/**
 * Fetches from an address that whoever runs the gateway chose, such as an identity provider's. It may be
 * anywhere that the platform lets a Worker reach.
 */
export function operatorFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  return platformFetch(input, init);
}

/**
 * Fetches from an address that a stranger chose. Only the public internet is reached, see {@link requirePublicHost},
 * and a redirect is answered as it came: it could lead anywhere, so who wants to follow one has to check and fetch it
 * like the first.
 * @throws GatehouseError `host_not_public`, before anything is sent.
 */
export async function publicFetch(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const url = input instanceof Request ? input.url : input;
  requirePublicHost(new URL(url));
  return platformFetch(input, { ...init, redirect: 'manual' });
}

/**
 * Makes {@link publicFetch} the global `fetch`. The OAuth library fetches what clients name (metadata documents and the
 * keys in them) by the global and offers no other way in; see docs/decisions/0008-the-global-fetch-is-public.md. What it, or any other
 * library, fetches without our knowing is thereby limited too. Called once, by the composition root.
 */
export function guardGlobalFetch(): void {
  globalThis.fetch = publicFetch as typeof fetch;
}

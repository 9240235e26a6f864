import type { ConsentDescription } from '@cloudflare/workers-oauth-provider';

/**
 * Where access goes once it is granted: to a website, to whatever listens on a port of the person's own
 * computer, or to whatever app the computer opens for a private-use scheme (RFC 8252 section 7).
 */
export type Destination = 'website' | 'local-port' | 'local-app';

type Redirect = Pick<ConsentDescription, 'redirectUri' | 'redirectHost' | 'redirectIsLoopback'>;

/** Sorts a redirect URI by who can receive what is sent there. */
export function destinationOf({ redirectUri, redirectIsLoopback }: Redirect): Destination {
  if (!isWebAddress(redirectUri)) return 'local-app';
  return redirectIsLoopback ? 'local-port' : 'website';
}

/**
 * What to show of a redirect URI: its host, or all of it where the scheme is private, since
 * `someone.app://bank.example/` has a host that means nothing.
 */
export function destinationShown({ redirectUri, redirectHost }: Redirect): string {
  return isWebAddress(redirectUri) ? redirectHost : redirectUri;
}

function isWebAddress(uri: string): boolean {
  return /^https?:/i.test(uri.trim());
}

import { GatehouseError } from '../errors.ts';

/** Where the metadata of a protected resource are (RFC 9728 section 3.1: its path goes behind the well-known one). */
export function resourceMetadataUrl(resource: string): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}/.well-known/oauth-protected-resource${pathname}`;
}

/**
 * The headers that an error is answered with at a protected resource. A lack of scopes names all that are needed (RFC 6750
 * section 3.1), so that a client can ask its user for them.
 */
export function challengeHeaders(error: unknown, resource: string): Record<string, string> {
  if (!(error instanceof GatehouseError) || error.code !== 'scope_insufficient') return {};
  const { scope } = error.data as { scope: string };
  const parameters = [
    'realm="OAuth"',
    'error="insufficient_scope"',
    `error_description="The scopes ${scope} are needed"`,
    `scope="${scope}"`,
    `resource_metadata="${resourceMetadataUrl(resource)}"`,
  ];
  return { 'www-authenticate': `Bearer ${parameters.join(', ')}` };
}

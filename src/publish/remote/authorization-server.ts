import * as z from 'zod';
import { invalid } from '../refusal.ts';
import { type Answer, type MetadataReader, shown } from './metadata-reader.ts';

/** RFC 8414 section 2, RFC 7009, RFC 9207, and draft-ietf-oauth-client-id-metadata-document. */
const metadataSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  registration_endpoint: z.string().optional(),
  revocation_endpoint: z.string().optional(),
  code_challenge_methods_supported: z.array(z.string()).default([]),
  token_endpoint_auth_methods_supported: z.array(z.string()).default(['client_secret_basic']),
  scopes_supported: z.array(z.string()).default([]),
  client_id_metadata_document_supported: z.boolean().default(false),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
});

/** What an authorization server says of itself, checked. */
export type AuthorizationServer = Readonly<z.infer<typeof metadataSchema>>;

/**
 * Reads the metadata of an authorization server (RFC 8414, else OpenID Connect Discovery 1.0; of an issuer with a path, at each of the
 * places that they may be at).
 * @throws GatehouseError `server_invalid`.
 */
export async function authorizationServer(
  issuer: string,
  reader: MetadataReader,
): Promise<AuthorizationServer> {
  const addresses = wellKnown(reader.address(issuer, 'Its authorization server'));
  for (const address of addresses) {
    const metadata = metadataIn(await reader.read(address, 'The authorization server metadata'));
    if (metadata) return checked(metadata, issuer, reader);
  }
  throw invalid(
    `auth: the authorization server "${shown(issuer)}" has no metadata (RFC 8414) at ${addresses.map(({ href }) => shown(href)).join(' or ')}.`,
  );
}

/** RFC 8414 section 3.1 and 5; OpenID Connect Discovery 1.0 section 4. */
function wellKnown({ origin, pathname }: URL): URL[] {
  const path = pathname.replace(/\/$/, '');
  const paths = [
    `/.well-known/oauth-authorization-server${path}`,
    `/.well-known/openid-configuration${path}`,
    `${path}/.well-known/openid-configuration`,
  ];
  return [...new Set(paths)].map(each => new URL(each, origin));
}

function metadataIn({ status, json }: Answer): AuthorizationServer | null {
  if (status !== 200 || json === null) return null;
  const { data, error } = metadataSchema.safeParse(json);
  if (data) return data;
  const [issue] = error.issues;
  throw invalid(
    `auth: the authorization server metadata are wrong: "${issue?.path.join('.')}": ${issue?.message}.`,
  );
}

function checked(metadata: AuthorizationServer, issuer: string, reader: MetadataReader): AuthorizationServer {
  if (!isSameIssuer(metadata.issuer, issuer)) {
    throw invalid(
      `auth: the metadata of the authorization server "${shown(issuer)}" are those of "${shown(metadata.issuer)}" (RFC 8414 section 3.3).`,
    );
  }
  if (!metadata.code_challenge_methods_supported.includes('S256')) {
    throw invalid(
      `auth: the authorization server "${shown(issuer)}" does not say that it supports PKCE by S256 ("code_challenge_methods_supported"). MCP requires it.`,
    );
  }
  reader.address(metadata.authorization_endpoint, 'Its authorization endpoint');
  reader.address(metadata.token_endpoint, 'Its token endpoint');
  if (metadata.revocation_endpoint !== undefined)
    reader.address(metadata.revocation_endpoint, 'Its revocation endpoint');
  return metadata;
}

/** Libraries write an issuer without a path with a slash at its end, and without. */
function isSameIssuer(said: string, named: string): boolean {
  return said === named || (URL.canParse(said) && new URL(said).href === new URL(named).href);
}

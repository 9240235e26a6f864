import * as z from 'zod';
import { type BearerChallenge, bearerChallenge, scopesIn } from '../../vault/egress/bearer-challenge.ts';
import { isUnderPath } from '../../vault/egress/path-rules.ts';
import { invalid } from '../refusal.ts';
import { type Answer, type MetadataReader, shown } from './metadata-reader.ts';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** Asks for nothing, and is answered like everything else by who wants authorization first. */
const PING = {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
};

/** RFC 9728 section 2. */
const metadataSchema = z.object({
  resource: z.string(),
  authorization_servers: z.array(z.string()).min(1),
  scopes_supported: z.array(z.string()).default([]),
});

/** What a remote server says of how it is protected. */
export interface ProtectedResource {
  /** What tokens are asked for (RFC 8707). */
  readonly resource: string;
  /** The issuer identifiers of its authorization servers. */
  readonly issuers: readonly [string, ...string[]];
  /** What a token needs to begin with: as the server asks for, else all that it names. */
  readonly scopes: readonly string[];
}

/**
 * Finds out how a remote server is protected (MCP, "Authorization", "Protected Resource Metadata Discovery"): from the address in its
 * 401, else from the well-known ones, that of its path first.
 * @throws GatehouseError `server_invalid`, saying what was found and what would be right.
 */
export async function protectedResource(url: URL, reader: MetadataReader): Promise<ProtectedResource> {
  const challenge = await challengeOf(url, reader);
  const metadata = await metadataOf(url, challenge, reader);
  requireSame(url, metadata.resource);
  const [first = '', ...others] = metadata.authorization_servers;
  const asked = challenge?.scopes ?? [];
  return {
    resource: metadata.resource,
    issuers: [first, ...others],
    scopes: asked.length > 0 ? asked : scopesIn(metadata.scopes_supported.join(' ')),
  };
}

async function challengeOf(url: URL, reader: MetadataReader): Promise<BearerChallenge | null> {
  const { status, headers } = await reader.read(url, 'The server', PING);
  if (status >= 300 && status < 400) {
    const to = shown(headers.get('location') ?? 'nowhere');
    throw invalid(`url: ${url.href} redirects to ${to}. Name the address that the server is at.`);
  }
  return status === 401 ? bearerChallenge(headers.get('www-authenticate')) : null;
}

async function metadataOf(url: URL, challenge: BearerChallenge | null, reader: MetadataReader) {
  const named = challenge?.resourceMetadata ?? null;
  const addresses = named === null ? wellKnown(url) : [reader.address(named, 'Its resource_metadata')];
  for (const address of addresses) {
    const answer = await reader.read(address, 'The protected resource metadata');
    const metadata = metadataIn(answer);
    if (metadata) return metadata;
  }
  throw invalid(
    `auth: no protected resource metadata (RFC 9728) is at ${addresses.map(({ href }) => shown(href)).join(' or ')}. ` +
      'A server with auth.kind "oauth" must say there what its "resource" and its "authorization_servers" are. ' +
      'One that takes a key is reached by a connection of CONNECTIONS (auth.kind "connection"), an open one with auth.kind "none".',
  );
}

/** RFC 9728 section 3.1: before the path, then without it. */
function wellKnown({ origin, pathname }: URL): URL[] {
  const path = pathname === '/' ? '' : pathname.replace(/\/$/, '');
  return [...new Set([`${WELL_KNOWN}${path}`, WELL_KNOWN])].map(each => new URL(each, origin));
}

function metadataIn({ status, json }: Answer) {
  if (status !== 200 || json === null) return null;
  const { data, error } = metadataSchema.safeParse(json);
  if (data) return data;
  const [issue] = error.issues;
  throw invalid(
    `auth: the protected resource metadata are wrong: "${issue?.path.join('.')}": ${issue?.message}.`,
  );
}

/**
 * The metadata are about the server: by its address, or by one above it at the same origin, which stands for all that is below. Others'
 * metadata would have us send their tokens here (RFC 9728 section 7.3).
 */
function requireSame(url: URL, resource: string): void {
  const about = URL.canParse(resource) ? new URL(resource) : null;
  if (about?.origin === url.origin && isUnderPath(url.pathname, about.pathname.replace(/\/$/, '') || '/'))
    return;
  throw invalid(
    `auth: the protected resource metadata are about "${shown(resource)}", and not about ${url.href}. ` +
      'Use the address that the server itself names as its "resource".',
  );
}

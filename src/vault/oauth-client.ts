import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  customFetch,
  discovery,
  None,
  type ServerMetadata,
} from 'openid-client';
import { operatorFetch } from '../network/outbound-fetch.ts';
import type { ConnectionOAuth } from './connection.ts';

const METADATA_TTL_MS = 3600 * 1000;
const TIMEOUT_SECONDS = 10;

/** Third parties are the operator's choice, so they may be anywhere. */
const fetchThere: CustomFetch = (url, options) => operatorFetch(url, options as RequestInit);

/** By issuer: what is discovered there is the same for every client, and connections that came by RPC are copies. */
const known = new Map<string, { readonly metadata: ServerMetadata; readonly untilMs: number }>();

/**
 * The gateway as a client of a third party's authorization server. What was discovered is remembered for an hour.
 * @throws whatever `openid-client` throws when discovery fails.
 */
export async function oauthClientOf(oauth: ConnectionOAuth): Promise<Configuration> {
  const metadata = fixedMetadata(oauth) ?? (await discovered(oauth));
  const client = new Configuration(metadata, oauth.clientId, undefined, authOf(oauth, metadata));
  client.timeout = TIMEOUT_SECONDS;
  client[customFetch] = fetchThere;
  if (usesHttp(oauth)) allowInsecureRequests(client);
  return client;
}

/** What tokens are asked for, as a parameter of each request (RFC 8707 section 2). */
export function resourceOf({ resource }: ConnectionOAuth): Record<string, string> {
  return resource === null ? {} : { resource };
}

/** What the operator wrote down, or was read when they did. An issuer that they did not name is never compared, but the library wants one. */
function fixedMetadata({
  issuer,
  authorizationUrl,
  tokenUrl,
  facts,
}: ConnectionOAuth): ServerMetadata | null {
  if (authorizationUrl === null || tokenUrl === null) return null;
  return {
    issuer: issuer ?? new URL(authorizationUrl).origin,
    authorization_endpoint: authorizationUrl,
    token_endpoint: tokenUrl,
    ...(facts && {
      token_endpoint_auth_methods_supported: [...facts.tokenAuthMethods],
      authorization_response_iss_parameter_supported: facts.namesIssuer,
      ...(facts.revocationUrl !== null && { revocation_endpoint: facts.revocationUrl }),
    }),
  };
}

async function discovered(oauth: ConnectionOAuth): Promise<ServerMetadata> {
  const issuer = oauth.issuer ?? '';
  const remembered = known.get(issuer);
  if (remembered && Date.now() < remembered.untilMs) return remembered.metadata;
  // OpenID Connect Discovery first: it is what most have; RFC 8414 for those that know only OAuth.
  const metadata = await discover(oauth, 'oidc').catch(() => discover(oauth, 'oauth2'));
  known.set(issuer, { metadata, untilMs: Date.now() + METADATA_TTL_MS });
  return metadata;
}

async function discover(oauth: ConnectionOAuth, algorithm: 'oidc' | 'oauth2'): Promise<ServerMetadata> {
  const found = await discovery(new URL(oauth.issuer ?? ''), oauth.clientId, undefined, None(), {
    algorithm,
    timeout: TIMEOUT_SECONDS,
    [customFetch]: fetchThere,
    execute: usesHttp(oauth) ? [allowInsecureRequests] : [],
  });
  return found.serverMetadata();
}

/**
 * How we prove to be the client: in the body, which those without metadata all read (GitHub among them); in the header
 * where metadata leave the body out or, by RFC 8414, name no method.
 */
function authOf({ clientSecret, authorizationUrl }: ConnectionOAuth, metadata: ServerMetadata) {
  if (clientSecret === null) return None();
  const fallback = authorizationUrl === null ? ['client_secret_basic'] : ['client_secret_post'];
  const methods = metadata.token_endpoint_auth_methods_supported ?? fallback;
  return methods.includes('client_secret_basic')
    ? ClientSecretBasic(clientSecret)
    : ClientSecretPost(clientSecret);
}

/** Settings admit http only on loopback, in development. */
function usesHttp({ issuer, authorizationUrl, tokenUrl }: ConnectionOAuth): boolean {
  return [issuer, authorizationUrl, tokenUrl].some(address => address?.startsWith('http:'));
}

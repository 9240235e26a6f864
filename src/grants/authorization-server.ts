import { OAuthAuthorizationServer } from '@cloudflare/workers-oauth-provider';
import type { Env, Settings } from '../env.ts';
import { endpointUrl, resourcesOf, type Site, scopesAt } from './resources.ts';

export const PATHS = {
  authorize: '/authorize',
  token: '/oauth/token',
  register: '/oauth/register',
  revoke: '/oauth/revoke',
} as const;

const CLIENT_REGISTRATION_TTL_SECONDS = 90 * 24 * 3600;

const servers = new Map<string, OAuthAuthorizationServer<Env>>();

/**
 * The authorization server of one site (OAuth 2.1; RFC 8414 metadata, RFC 7591 registration, Client ID
 * Metadata Documents, RFC 8707 resources). Every MCP endpoint is a resource of its own.
 */
export function authorizationServer(site: Site, settings: Settings): OAuthAuthorizationServer<Env> {
  return serverWith(site, settings, settings.REFRESH_TOKEN_TTL_SECONDS);
}

/** The same for whoever brings a new proof for each token: it gives no refresh tokens (RFC 6749 section 4.4.3). */
export function proofServer(site: Site, settings: Settings): OAuthAuthorizationServer<Env> {
  return serverWith(site, settings, 0);
}

function serverWith(site: Site, settings: Settings, refreshTokenTTL: number): OAuthAuthorizationServer<Env> {
  const { origin } = site;
  const resources = resourcesOf(site);
  const key = [refreshTokenTTL, ...resources].join(' ');
  const known = servers.get(key);
  if (known) return known;
  const server = new OAuthAuthorizationServer<Env>({
    issuer: origin,
    resources,
    defaultResource: endpointUrl(origin, null),
    authorizeEndpoint: PATHS.authorize,
    tokenEndpoint: PATHS.token,
    clientRegistrationEndpoint: PATHS.register,
    clientRegistrationTTL: CLIENT_REGISTRATION_TTL_SECONDS,
    clientIdMetadataDocumentEnabled: true,
    scopesSupported: [...new Set(resources.flatMap(resource => scopesAt(site, resource)))],
    accessTokenTTL: settings.ACCESS_TOKEN_TTL_SECONDS,
    refreshTokenTTL,
  });
  servers.set(key, server);
  return server;
}

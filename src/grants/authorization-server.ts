import {
  OAuthAuthorizationServer,
  type OAuthAuthorizationServerOptions,
} from '@cloudflare/workers-oauth-provider';
import type { Env, Settings } from '../env.ts';
import { checkAtRefresh } from './refresh-check.ts';
import { endpointUrl, resourcesOf, type Site, scopesAt } from './resources.ts';

export const PATHS = {
  authorize: '/authorize',
  token: '/oauth/token',
  register: '/oauth/register',
  revoke: '/oauth/revoke',
} as const;

type ServerOptions = OAuthAuthorizationServerOptions<Env>;

/** What decides over registrations. It lives for one request, since it needs what the request has. */
export type RegistrationHooks = Required<Pick<ServerOptions, 'clientRegistrationCallback' | 'onError'>>;

/** How many sites are kept at hand: origins, times what their catalogs were lately. */
const MAX_KNOWN = 32;

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
  const key = JSON.stringify([refreshTokenTTL, site]);
  const known = servers.get(key);
  if (known) return known;
  const server = new OAuthAuthorizationServer<Env>({
    ...optionsOf(site, settings),
    refreshTokenTTL,
    // Only the registration endpoint registers, with its own checks and quota.
    clientRegistrationCallback: () => ({ code: 'access_denied', status: 403 }),
  });
  // Sites follow each other as catalogs change; what was is not asked for again.
  if (servers.size >= MAX_KNOWN) servers.clear();
  servers.set(key, server);
  return server;
}

/** The same server for one registration (RFC 7591), with who decides over it. */
export function registrationServer(
  site: Site,
  settings: Settings,
  hooks: RegistrationHooks,
): OAuthAuthorizationServer<Env> {
  return new OAuthAuthorizationServer<Env>({ ...optionsOf(site, settings), ...hooks });
}

function optionsOf(site: Site, settings: Settings): ServerOptions {
  const resources = resourcesOf(site);
  return {
    issuer: site.origin,
    resources,
    defaultResource: endpointUrl(site.origin, null),
    authorizeEndpoint: PATHS.authorize,
    tokenEndpoint: PATHS.token,
    clientRegistrationEndpoint: PATHS.register,
    clientRegistrationTTL: settings.CLIENT_REGISTRATION_TTL_SECONDS,
    clientIdMetadataDocumentEnabled: true,
    scopesSupported: [...new Set(resources.flatMap(resource => scopesAt(site, resource)))],
    accessTokenTTL: settings.ACCESS_TOKEN_TTL_SECONDS,
    refreshTokenTTL: settings.REFRESH_TOKEN_TTL_SECONDS,
    tokenExchangeCallback: checkAtRefresh,
  };
}

import {
  OAuthAuthorizationServer,
  type OAuthAuthorizationServerOptions,
} from '@cloudflare/workers-oauth-provider';
import type { Env, Settings } from '../env.ts';
import type { Role } from '../principal.ts';

/** The scope that every MCP endpoint needs. */
export const MCP_SCOPE = 'mcp';

/** What each scope allows, in the words of the consent page. */
export const SCOPE_WORDS: Readonly<Record<string, string>> = {
  mcp: 'Use the tools, prompts and resources of these servers as you',
  offline_access: 'Stay connected when you are away',
};

/** What a grant carries, encrypted under its tokens: only a live token opens it. */
export interface GrantProps {
  readonly tenant: string;
  readonly subject: string;
  readonly roles: readonly Role[];
  /** 32 random bytes, base64url: part of every key that seals the grant's sessions. */
  readonly grantKey: string;
}

export const PATHS = {
  authorize: '/authorize',
  token: '/oauth/token',
  register: '/oauth/register',
  revoke: '/oauth/revoke',
} as const;

type ServerOptions = OAuthAuthorizationServerOptions<Env>;

/** What decides over registrations. It lives for one request, since it needs what the request has. */
export type RegistrationHooks = Required<Pick<ServerOptions, 'clientRegistrationCallback' | 'onError'>>;

const servers = new Map<string, OAuthAuthorizationServer<Env>>();

/**
 * The authorization server of one origin (OAuth 2.1; RFC 8414 metadata, RFC 7591 registration, Client ID
 * Metadata Documents, RFC 8707 resources). Every MCP endpoint is a resource of its own.
 */
export function authorizationServer(
  origin: string,
  resources: readonly string[],
  settings: Settings,
): OAuthAuthorizationServer<Env> {
  const known = servers.get(origin);
  if (known) return known;
  const server = new OAuthAuthorizationServer<Env>({
    ...optionsOf(origin, resources, settings),
    // Only the registration endpoint registers, with its own checks and quota.
    clientRegistrationCallback: () => ({ code: 'access_denied', status: 403 }),
  });
  servers.set(origin, server);
  return server;
}

/** The same server for one registration (RFC 7591), with who decides over it. */
export function registrationServer(
  origin: string,
  resources: readonly string[],
  settings: Settings,
  hooks: RegistrationHooks,
): OAuthAuthorizationServer<Env> {
  return new OAuthAuthorizationServer<Env>({ ...optionsOf(origin, resources, settings), ...hooks });
}

function optionsOf(origin: string, resources: readonly string[], settings: Settings): ServerOptions {
  return {
    issuer: origin,
    resources,
    defaultResource: `${origin}/mcp`,
    authorizeEndpoint: PATHS.authorize,
    tokenEndpoint: PATHS.token,
    clientRegistrationEndpoint: PATHS.register,
    clientRegistrationTTL: settings.CLIENT_REGISTRATION_TTL_SECONDS,
    clientIdMetadataDocumentEnabled: true,
    scopesSupported: Object.keys(SCOPE_WORDS),
    accessTokenTTL: settings.ACCESS_TOKEN_TTL_SECONDS,
    refreshTokenTTL: settings.REFRESH_TOKEN_TTL_SECONDS,
  };
}

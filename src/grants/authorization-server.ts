import { OAuthAuthorizationServer } from '@cloudflare/workers-oauth-provider';
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

const CLIENT_REGISTRATION_TTL_SECONDS = 90 * 24 * 3600;

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
    issuer: origin,
    resources,
    defaultResource: `${origin}/mcp`,
    authorizeEndpoint: PATHS.authorize,
    tokenEndpoint: PATHS.token,
    clientRegistrationEndpoint: PATHS.register,
    clientRegistrationTTL: CLIENT_REGISTRATION_TTL_SECONDS,
    clientIdMetadataDocumentEnabled: true,
    scopesSupported: Object.keys(SCOPE_WORDS),
    accessTokenTTL: settings.ACCESS_TOKEN_TTL_SECONDS,
    refreshTokenTTL: settings.REFRESH_TOKEN_TTL_SECONDS,
  });
  servers.set(origin, server);
  return server;
}

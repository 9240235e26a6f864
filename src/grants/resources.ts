import {
  ACCOUNT_SCOPE,
  ADMIN_SCOPE,
  MCP_SCOPE,
  OFFLINE_SCOPE,
  parseServerScope,
  serverScope,
} from './scopes.ts';

/** An authorization server's origin, and the names of the servers whose endpoints it guards. */
export interface Site {
  readonly origin: string;
  readonly servers: readonly string[];
  /** The servers whose tools each virtual server gathers, by its name. */
  readonly virtual?: Readonly<Record<string, readonly string[]>>;
}

/** The URL of one server's MCP endpoint, or of all of them where `server` is null. */
export function endpointUrl(origin: string, server: string | null): string {
  return server === null ? `${origin}/mcp` : `${origin}/mcp/${server}`;
}

/** The URL of the gateway's own API. */
export function apiUrl(origin: string): string {
  return `${origin}/api`;
}

/** Everything that tokens are issued for (RFC 8707): the MCP endpoints and the API. */
export function resourcesOf({ origin, servers, virtual = {} }: Site): string[] {
  return [null, ...new Set([...servers, ...Object.keys(virtual)])]
    .map(server => endpointUrl(origin, server))
    .concat(apiUrl(origin));
}

/** The servers behind a resource. */
export function serversBehind({ origin, servers, virtual = {} }: Site, resource: string): readonly string[] {
  if (resource === endpointUrl(origin, null)) return servers;
  const isHere = (name: string) => endpointUrl(origin, name) === resource;
  const gathered = Object.entries(virtual).flatMap(([name, members]) => (isHere(name) ? members : []));
  return [...new Set([...servers.filter(isHere), ...gathered])];
}

/** The scopes that mean something at a resource. */
export function scopesAt(site: Site, resource: string): string[] {
  if (resource === apiUrl(site.origin)) return [ACCOUNT_SCOPE, ADMIN_SCOPE, OFFLINE_SCOPE];
  const ofServers = serversBehind(site, resource).flatMap(server => [
    serverScope(server, 'read'),
    serverScope(server, 'write'),
  ]);
  return [MCP_SCOPE, ...ofServers, OFFLINE_SCOPE];
}

/** The scope without which nothing works at a resource. It comes with every grant. */
export function baseScope({ origin }: Site, resource: string): string {
  return resource === apiUrl(origin) ? ACCOUNT_SCOPE : MCP_SCOPE;
}

/**
 * What clients are told to ask for first (RFC 9728 `scopes_supported`; MCP, "Scope Selection Strategy"): enough to look
 * around and to read. What changes something is asked for when it is needed.
 */
export function initialScopes(site: Site, resource: string): string[] {
  const reading = scopesAt(site, resource).filter(scope => parseServerScope(scope)?.access === 'read');
  return [baseScope(site, resource), ...reading];
}

import { descriptionFault } from './fault.ts';
import { isJson, type Json, listIn, member, objectIn, textIn } from './json.ts';

/** What a description's servers are read with. */
export interface BaseUrls {
  /** In place of the first server of the description. */
  readonly override: string | undefined;
  /** Where the description is from: its servers may be relative to that. */
  readonly sourceUrl: string | undefined;
}

/**
 * The address that a description's operations are under, without a slash at the end.
 * @throws GatehouseError `server_invalid` where it has none.
 */
export function baseUrlOf(root: Json, { override, sourceUrl }: BaseUrls): string {
  if (override !== undefined) return plainBase(override) ?? refuse(override);
  const servers = listIn(root, 'servers');
  const found = servers.length === 0 ? resolvedUrl('/', sourceUrl) : serverUrl(servers, sourceUrl);
  return found ?? refuse(textIn(servers[0], 'url') || '/');
}

/** The address of the first of several servers, with its variables at their defaults; null where it is none. */
export function serverUrl(servers: readonly unknown[], sourceUrl: string | undefined): string | null {
  const [server] = servers;
  const variables = objectIn(server, 'variables');
  const url = textIn(server, 'url').replaceAll(
    /\{([^{}]+)\}/g,
    (whole, name: string) => defaultOf(variables, name) ?? whole,
  );
  return resolvedUrl(url, sourceUrl);
}

function defaultOf(variables: Json, name: string): string | undefined {
  const variable = member(variables, name);
  const value = isJson(variable) ? (variable.default ?? listIn(variable, 'enum')[0]) : undefined;
  return typeof value === 'string' ? value : undefined;
}

function resolvedUrl(url: string, sourceUrl: string | undefined): string | null {
  if (!URL.canParse(url, sourceUrl)) return null;
  return plainBase(new URL(url, sourceUrl).href);
}

function plainBase(url: string): string | null {
  const { protocol, username, password, origin, pathname, search } = new URL(url);
  const isPlain = /^https?:$/.test(protocol) && username === '' && password === '' && search === '';
  return isPlain && !/%7B|\{/i.test(pathname) ? `${origin}${pathname.replace(/\/+$/, '')}` : null;
}

/** What an address may hold that is secret is not said again. */
function refuse(address: string): never {
  const url = address.replace(/[?#].*/s, '').replace(/\/\/[^/]*@/, '//');
  throw descriptionFault(
    `The address of the API, "${url}", is no plain https address. Say where the API is in "baseUrl", such as "https://api.example.com/v1".`,
  );
}

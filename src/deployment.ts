import type { Offer, ServerEntry } from './catalog/catalog.ts';
import { type PublicServer, publicServersOf } from './catalog/tenant-catalog.ts';
import { type Env, isDevelopment, isLoopback, type Settings, settingsOf } from './env.ts';
import { GatehouseError } from './errors.ts';
import { endpointUrl, type Site } from './grants/resources.ts';
import { hostedOffer } from './runtime/offered-servers.ts';

/** The gateway as one request sees it: where it is, how it is set, and what it offers. */
export interface Deployment {
  readonly origin: string;
  readonly settings: Settings;
  /** The servers of the monorepo. What else there is, each organisation knows of its own (`offerOf`). */
  readonly hosted: readonly ServerEntry[];
  /** All endpoints there are, as the authorization server sees them. */
  readonly site: Site;
  /** The request, at its URL as the outside knows it. */
  readonly request: Request;
}

/**
 * Looks at a request's host once. In development only loopback names are served, so that a page elsewhere cannot
 * reach the gateway by pointing its own name here (DNS rebinding).
 * @throws GatehouseError `host_refused`.
 */
export async function deploymentOf(env: Env, request: Request): Promise<Deployment> {
  const settings = settingsOf(env);
  const url = new URL(request.url);
  if (isDevelopment(settings)) checkHostHeader(request);
  const origin = checkedOrigin(settings, url);
  const hosted = hostedOffer(env, null);
  const site = deploymentSite(origin, hosted, await publicServersOf(env));
  const outside =
    url.origin === origin ? request : new Request(`${origin}${url.pathname}${url.search}`, request);
  return { origin, settings, hosted, site, request: outside };
}

/** The endpoints that one organisation has. */
export function siteOf(origin: string, { servers, virtual }: Offer): Site {
  return {
    origin,
    servers: servers.map(({ name }) => name),
    virtual: Object.fromEntries(
      virtual.map(({ name, members }) => [name, members.map(({ server }) => server)]),
    ),
  };
}

/** The server, or virtual server, an endpoint's URL names; null for the endpoint of all. */
export function serverOf(
  origin: string,
  { servers, virtual }: Offer,
  resource: string,
): { readonly name: string; readonly title: string } | null {
  return [...servers, ...virtual].find(({ name }) => endpointUrl(origin, name) === resource) ?? null;
}

function deploymentSite(
  origin: string,
  hosted: readonly ServerEntry[],
  added: readonly PublicServer[],
): Site {
  const names = [...hosted, ...added.filter(({ hasOwnTools }) => hasOwnTools)].map(({ name }) => name);
  const virtual = added.filter(({ members }) => members.length > 0);
  return {
    origin,
    servers: [...new Set(names)].toSorted(),
    virtual: Object.fromEntries(virtual.map(({ name, members }) => [name, members])),
  };
}

/** The local runtime takes a request's URL from a header that anyone may send; what the client called is in Host. */
function checkHostHeader(request: Request): void {
  const host = request.headers.get('host');
  if (host === null || (URL.canParse(`http://${host}`) && isLoopback(new URL(`http://${host}`).hostname)))
    return;
  throw refusedHost(host, 'localhost');
}

function checkedOrigin(settings: Settings, url: URL): string {
  const configured = settings.PUBLIC_ORIGIN === undefined ? undefined : new URL(settings.PUBLIC_ORIGIN);
  if (isDevelopment(settings) && isLoopback(url.hostname)) {
    // Every loopback name is this machine, and a local proxy in front has a port of its own.
    return new URL(`http://${url.hostname}:${configured?.port || url.port}`).origin;
  }
  const isOurs = !isDevelopment(settings) && (!configured || url.host === configured.host);
  if (isOurs) return configured?.origin ?? url.origin;
  throw refusedHost(url.host, configured?.host ?? 'localhost');
}

function refusedHost(host: string, instead: string): GatehouseError {
  return new GatehouseError('host_refused', `The host "${host}" is not served here; use ${instead}.`);
}

import { scopeWords } from '../auth/pages/scope-words.ts';
import type { Offer } from '../catalog/catalog.ts';
import { serverOf } from '../deployment.ts';
import type { Connection } from '../grants/connections.ts';
import { apiUrl, endpointUrl } from '../grants/resources.ts';
import { isGranted } from '../grants/scopes.ts';

/** One client with all of its installations, as its user sees it. */
export interface ConnectedApp {
  /** The client's id. */
  readonly id: string;
  /** What it calls itself; null where that could not be found out. */
  readonly name: string | null;
  /** The host that vouches for it: that of its metadata document. Null for one that registered itself. */
  readonly host: string | null;
  readonly connections: readonly ConnectionShown[];
}

/** One installation of a client, with what it may do in words. */
export interface ConnectionShown extends Connection {
  /** Where it works. */
  readonly place: string;
  readonly abilities: readonly string[];
}

/** Where connections lead. */
export interface Place {
  readonly origin: string;
  /** What their user's organisation has. */
  readonly offer: Offer;
}

/** Groups connections by their client. The order stays: what was used last is first. */
export function connectedApps(
  place: Place,
  connections: readonly Connection[],
  names: ReadonlyMap<string, string>,
): ConnectedApp[] {
  return [...Map.groupBy(connections, ({ client }) => client)].map(([id, those]) => ({
    id,
    name: names.get(id) ?? null,
    host: URL.canParse(id) ? new URL(id).host : null,
    connections: those.map(connection => ({
      ...connection,
      place: placeOf(place, connection.resource),
      abilities: abilitiesOf(connection.scopes, place.offer.servers),
    })),
  }));
}

/** What scopes allow, each thing said once: to write includes to read. */
function abilitiesOf(scopes: readonly string[], catalog: Offer['servers']): string[] {
  const isSaid = (scope: string) =>
    isGranted(
      scopes.filter(other => other !== scope),
      scope,
    );
  return scopes.filter(scope => !isSaid(scope)).map(scope => scopeWords(scope, catalog));
}

function placeOf({ origin, offer }: Place, resource: string): string {
  if (resource === endpointUrl(origin, null)) return 'All servers';
  if (resource === apiUrl(origin)) return 'Gatehouse itself';
  return serverOf(origin, offer, resource)?.title ?? resource;
}

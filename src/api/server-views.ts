import type { ServerDocument } from '../catalog/server-document.ts';
import type { CatalogEntry, VersionEntry } from '../catalog/server-version.ts';
import type { ListedServer } from '../publish/listed-servers.ts';

/** A server as the API lists it. */
export function serverView({ entry, hosted: _, ...server }: ListedServer): object {
  return { ...server, ...savedView(entry) };
}

/** The same with its document. */
export function wholeServerView(server: ListedServer, document: ServerDocument): object {
  return { ...serverView(server), document };
}

/** A version in a server's history. */
export function versionView({ version, savedAtMs, saved }: VersionEntry, inUse: number | null): object {
  const { author, reason, document, notes = [] } = saved;
  return { version, isInUse: version === inUse, author, reason, savedAt: time(savedAtMs), notes, document };
}

function savedView(entry: CatalogEntry | null): object {
  if (!entry) return { version: 0, author: null, reason: null, savedAt: null };
  const { version, savedAtMs, current } = entry;
  const { author, reason } = current;
  return { version, author, reason, savedAt: time(savedAtMs) };
}

/** RFC 3339, in UTC. */
function time(ms: number): string {
  return new Date(ms).toISOString();
}

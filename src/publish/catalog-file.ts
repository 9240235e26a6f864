import * as z from 'zod';
import type { CatalogStore } from '../catalog/catalog-store.ts';
import { SERVER_NAME, type ServerDocument } from '../catalog/server-document.ts';
import type { CatalogEntry } from '../catalog/server-version.ts';
import { utf8 } from '../crypto/bytes.ts';
import { GatehouseError } from '../errors.ts';
import { listed, unknownServer } from './refusal.ts';
import { restoredDocument } from './restored-document.ts';

const FORMAT = 'gatehouse-catalog/1';

/** A whole catalog as one JSON file. Each server is checked by itself, so that one that is wrong is not in the way of the others. */
export const catalogFileSchema = z.strictObject({
  format: z.literal(FORMAT),
  servers: z.array(z.record(z.string(), z.unknown())).max(1000),
  /** The names of those that are not in use. */
  disabled: z.array(z.string().regex(SERVER_NAME)).default([]),
});

/** A file as it was given. */
export type CatalogFile = Readonly<z.infer<typeof catalogFileSchema>>;

/** Which part of a catalog becomes a file, and how large that may be. */
export interface FileOptions {
  /** The names of its servers; all where it is null. */
  readonly names: readonly string[] | null;
  /** What an import takes: MAX_SERVER_DOCUMENT_BYTES. */
  readonly maxBytes: number;
}

/**
 * Servers that an organisation has added or changed, with the version in use. The same catalog is the same file, so that it can
 * live in git.
 * @throws GatehouseError `server_unknown`; `export_too_large` where no import would take it, as soon as that is known.
 */
export async function catalogFileOf(
  store: CatalogStore,
  { names, maxBytes }: FileOptions,
): Promise<CatalogFile> {
  const entries = chosen(await store.list(), names);
  const disabled = entries.filter(({ isEnabled }) => !isEnabled).map(({ name }) => name);
  const servers: CatalogFile['servers'] = [];
  let bytes = writtenBytes({ format: FORMAT, disabled });
  for (const { current } of entries) {
    const server = ordered(await restoredDocument(current, store));
    bytes += writtenBytes({ servers: [server] });
    if (bytes > maxBytes) throw tooLarge(entries, servers.length, maxBytes);
    servers.push(server);
  }
  return { format: FORMAT, servers, disabled };
}

/** A file as it is written. */
export function writtenFile(file: object): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

function writtenBytes(part: object): number {
  return utf8(writtenFile(part)).length;
}

function chosen(entries: readonly CatalogEntry[], names: FileOptions['names']): readonly CatalogEntry[] {
  const unknown = names?.find(name => !entries.some(entry => entry.name === name));
  if (unknown !== undefined) throw unknownServer(unknown);
  return names === null ? entries : entries.filter(({ name }) => names.includes(name));
}

function tooLarge(entries: readonly CatalogEntry[], fitting: number, maxBytes: number): GatehouseError {
  const limit = `${maxBytes} bytes (setting MAX_SERVER_DOCUMENT_BYTES)`;
  const names = entries.map(({ name }) => name);
  if (fitting === 0)
    return new GatehouseError(
      'export_too_large',
      `As a file, "${names[0]}" alone is larger than ${limit}, so that no import would take it.`,
    );
  const [piece, rest] = [names.slice(0, fitting), names.slice(fitting)];
  return new GatehouseError(
    'export_too_large',
    `The file would be larger than ${limit}, so that no import would take it. Export it in pieces, and import one after the other: ` +
      `?servers=${piece.join(',')} fits, then come ${listed(rest)}.`,
  );
}

/** Whether two documents say the same, in whichever order. */
export function saysTheSame(one: ServerDocument, other: ServerDocument): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** What it is comes first, then everything by name; an OpenAPI description is its author's, and stays as it is. */
function ordered(document: ServerDocument): Record<string, unknown> {
  const { kind, name, ...rest } = document;
  const source = 'source' in rest && rest.source !== undefined ? { source: rest.source } : {};
  return { kind, name, ...(sorted({ ...rest, source: undefined }) as object), ...source };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]),
  );
}

import * as z from 'zod';
import type { CatalogStore } from '../catalog/catalog-store.ts';
import { SERVER_NAME, type ServerDocument } from '../catalog/server-document.ts';
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

/**
 * All servers that an organisation has added or changed, with the version in use. The same catalog is the same file, so that it can
 * live in git.
 */
export async function catalogFileOf(store: CatalogStore): Promise<CatalogFile> {
  const entries = await store.list();
  const servers: CatalogFile['servers'] = [];
  for (const { current } of entries) servers.push(ordered(await restoredDocument(current, store)));
  const disabled = entries.filter(({ isEnabled }) => !isEnabled).map(({ name }) => name);
  return { format: FORMAT, servers, disabled };
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

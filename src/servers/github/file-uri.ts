import * as z from 'zod';
import { FilePath, Ref, segmentsOf } from './file-path.ts';
import type { FilePlace } from './repository-file.ts';
import { repositoryInput } from './repository-name.ts';

/** The URI of a file. A slash within a ref is escaped ("%2F"); `HEAD` is the default branch. */
export const FILE_URI_TEMPLATE = 'github://{owner}/{repo}/{ref}/{+path}';

/** The ref that means the default branch. */
export const HEAD = 'HEAD';

const place = z.object({ ...repositoryInput, ref: Ref, path: FilePath });

/** The URI of a file. */
export function fileUri({ owner, repo, ref = HEAD, path }: FilePlace): string {
  const segments = [owner, repo, ref, ...segmentsOf(path)];
  return `github://${segments.map(segment => encodeURIComponent(segment.toWellFormed())).join('/')}`;
}

/** The place that a URI names, by the variables of its template as they are written in it; null where it is none. */
export function placeOfUri(variables: Readonly<Record<string, unknown>>): FilePlace | null {
  const decoded = Object.entries(variables).map(([name, value]) => [name, decode(value)]);
  return place.safeParse(Object.fromEntries(decoded)).data ?? null;
}

/** An escaped slash in a path is a slash: what comes of it is checked like any other path. */
function decode(value: unknown): string | undefined {
  try {
    return typeof value === 'string' ? decodeURIComponent(value) : undefined;
  } catch {
    return undefined;
  }
}

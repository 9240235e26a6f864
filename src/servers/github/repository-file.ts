import type { GitHub } from './api/github.ts';
import { GitHubError } from './api/github-error.ts';
import { type Content, ContentAnswer, type FileContent } from './content.ts';
import { segmentsOf } from './file-path.ts';
import { type RepositoryName, repositoryPath } from './repository-name.ts';

/** One shape for all that can be at a path. */
const AS_OBJECT = 'application/vnd.github.object+json';

/** The largest file that is read. */
const MAX_FILE_BYTES = 7 * 1024 * 1024;

/** Where a file is, checked. */
export interface FilePlace extends RepositoryName {
  /** Without slashes at its ends; empty for the root. */
  readonly path: string;
  /** A branch, tag or commit; the default branch where there is none. */
  readonly ref?: string | undefined;
}

/** The bytes of a file, and its text where it is one. */
export interface FileBytes {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Null where the bytes are no UTF-8, or hold a zero byte, as texts do not. */
  readonly text: string | null;
}

/** What is at a path. @throws GitHubError. */
export async function readContent(github: GitHub, place: FilePlace, signal: AbortSignal): Promise<Content> {
  const { body } = await github.read(contentsPath(place), ContentAnswer, {
    query: { ref: place.ref },
    accept: AS_OBJECT,
    signal,
  });
  return body;
}

/**
 * The bytes of a file that was read already; those of one larger than 1 MB are asked for.
 * @throws GitHubError `invalid` for files of more than 7 MiB.
 */
export async function bytesOfFile(
  github: GitHub,
  place: FilePlace,
  { size, bytes }: FileContent,
  signal: AbortSignal,
): Promise<FileBytes> {
  if (size > MAX_FILE_BYTES) throw tooLarge(size);
  const all = bytes ?? (await github.readRaw(contentsPath(place), { query: { ref: place.ref }, signal }));
  return { bytes: all, text: textOf(all) };
}

function contentsPath(place: FilePlace): string[] {
  return [...repositoryPath(place), 'contents', ...segmentsOf(place.path)];
}

function textOf(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function tooLarge(size: number): GitHubError {
  return new GitHubError(
    'invalid',
    `The file has ${size} bytes; files of at most ${MAX_FILE_BYTES} bytes can be read here. Find the part with search_code.`,
  );
}

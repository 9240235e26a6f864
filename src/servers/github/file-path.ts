import * as z from 'zod';

const MAX_CHARACTERS = 4096;

/**
 * The path of a file or directory in a repository. A segment of dots would climb out of the repository's address,
 * since URLs are read that way, and with it out of what a credential may be used for.
 */
export const FilePath = z
  .string()
  .max(MAX_CHARACTERS)
  .transform(path => path.replace(/^\/+|\/+$/g, ''))
  .refine(path => path === '' || path.split('/').every(isSegment), {
    error: 'must be a path inside the repository, without empty segments, "." and ".."',
  });

/** A branch, tag or commit. */
export const Ref = z
  .string()
  .min(1)
  .max(255)
  .describe('A branch, tag or commit. Left out, the default branch.');

function isSegment(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..';
}

/** The path as segments; none for the root. */
export function segmentsOf(path: string): string[] {
  return path === '' ? [] : path.split('/');
}

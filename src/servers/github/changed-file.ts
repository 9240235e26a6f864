import * as z from 'zod';
import { cut } from './text.ts';

/** How many patches of full length one answer has room for. */
const FULL_PATCHES = 10;

/** A file that a pull request changes. */
export const ChangedFile = z.object({
  path: z.string(),
  previousPath: z.string().optional().describe('Where it was before it was renamed.'),
  status: z.string().describe('Such as "added", "modified", "removed", "renamed".'),
  additions: z.int(),
  deletions: z.int(),
  patch: z.string().optional().describe('The unified diff. Absent for binary files and beyond the bounds.'),
  isPatchCut: z
    .boolean()
    .describe('Whether the patch lacks its end, or was left out, because it is too long.'),
});
export type ChangedFile = z.infer<typeof ChangedFile>;

/** What GitHub says of a changed file. */
export const ChangedFileAnswer = z.object({
  filename: z.string(),
  previous_filename: z.string().optional(),
  status: z.string(),
  additions: z.int(),
  deletions: z.int(),
  patch: z.string().optional(),
});

/**
 * Changed files read as ours, each patch cut to `limit` UTF-16 units. Once those before are enough for one answer, further ones are
 * left out.
 */
export function toChangedFiles(
  answers: readonly z.infer<typeof ChangedFileAnswer>[],
  limit: number,
): ChangedFile[] {
  let room = FULL_PATCHES * limit;
  return answers.map(({ filename, previous_filename, status, additions, deletions, patch }) => {
    const { text, isCut } = cut(patch ?? '', Math.min(limit, room));
    room -= text.length;
    return {
      path: filename,
      ...(previous_filename !== undefined && { previousPath: previous_filename }),
      status,
      additions,
      deletions,
      ...(text !== '' && { patch: text }),
      isPatchCut: isCut,
    };
  });
}

/** A changed file as a heading, and its patch. */
export function changedFileLines(file: ChangedFile): string[] {
  const { path, previousPath, status, additions, deletions, patch, isPatchCut } = file;
  const from = previousPath === undefined ? '' : ` from ${previousPath}`;
  return [
    `- ${path} (${status}${from}, +${additions} -${deletions})`,
    ...(patch === undefined ? [] : [patch]),
    ...(isPatchCut ? ['[Cut: the patch is longer than fits here.]'] : []),
  ];
}

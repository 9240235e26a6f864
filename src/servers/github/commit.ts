import * as z from 'zod';
import { cut, toOneLine } from './text.ts';

const MESSAGE_CHARACTERS = 1000;
const SUBJECT_CHARACTERS = 200;

/** A commit. A long message is cut. */
export const Commit = z.object({
  sha: z.string(),
  message: z.string(),
  author: z.string().describe('The login where GitHub knows one, else the name in the commit.'),
  authoredAt: z.string().nullable(),
  url: z.string(),
});
export type Commit = z.infer<typeof Commit>;

/** What GitHub says of a commit, read as ours. */
export const CommitAnswer = z
  .object({
    sha: z.string(),
    html_url: z.string(),
    // An account that is unknown is null, or an object without a login.
    author: z.object({ login: z.string().optional() }).nullish(),
    commit: z.object({
      message: z.string(),
      author: z.object({ name: z.string().optional(), date: z.string().optional() }).nullish(),
    }),
  })
  .transform(
    ({ sha, html_url, author, commit }): Commit => ({
      sha,
      message: cut(commit.message, MESSAGE_CHARACTERS).text,
      author: author?.login ?? commit.author?.name ?? 'unknown',
      authoredAt: commit.author?.date ?? null,
      url: html_url,
    }),
  );

/** A commit as one line of a list: what `git log --oneline` says, and who and when. */
export function commitLine({ sha, message, author, authoredAt }: Commit): string {
  const subject = toOneLine(message.split('\n', 1)[0] ?? '', SUBJECT_CHARACTERS);
  return `- ${sha.slice(0, 10)} (${author}${authoredAt ? `, ${authoredAt}` : ''}): ${subject}`;
}

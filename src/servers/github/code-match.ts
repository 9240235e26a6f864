import * as z from 'zod';
import { cut } from './text.ts';

/** How many places of one file are shown, and how much of each, in UTF-16 units. */
const FRAGMENTS = 3;
const FRAGMENT_CHARACTERS = 500;

/** A file whose content, or path, matches. */
export const CodeMatch = z.object({
  repository: z.string(),
  path: z.string(),
  url: z.string(),
  fragments: z.array(z.string()).describe('The places that match, with what is around them.'),
});
export type CodeMatch = z.infer<typeof CodeMatch>;

/** What GitHub says of such a file (media type `text-match`), read as ours. */
export const CodeMatchAnswer = z
  .object({
    path: z.string(),
    html_url: z.string(),
    repository: z.object({ full_name: z.string() }),
    text_matches: z.array(z.object({ fragment: z.string().optional() })).nullish(),
  })
  .transform(
    ({ path, html_url, repository, text_matches }): CodeMatch => ({
      repository: repository.full_name,
      path,
      url: html_url,
      fragments: (text_matches ?? [])
        .flatMap(({ fragment }) => (fragment ? [cut(fragment, FRAGMENT_CHARACTERS).text] : []))
        .slice(0, FRAGMENTS),
    }),
  );

/** A match as a line, and the places below it. */
export function codeMatchLines({ repository, path, fragments }: CodeMatch): string[] {
  const indented = fragments.map(fragment => fragment.replace(/^/gm, '    '));
  return [`- ${repository}: ${path}`, ...indented];
}

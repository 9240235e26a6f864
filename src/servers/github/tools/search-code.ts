import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { GitHub } from '../api/github.ts';
import { CodeMatch, CodeMatchAnswer, codeMatchLines } from '../code-match.ts';
import { moreLines, NextPage, nextPage, pageInput } from '../page.ts';
import { queryInput, searchAnswer, searchHeadline, searchOutput } from '../search.ts';
import { answer, answering, READS } from './result.ts';

/** Makes GitHub answer the places that match, not only the files. */
const WITH_PLACES = 'application/vnd.github.text-match+json';

/** `search_code`: files by what is in them. */
export function registerSearchCode(server: McpServer, github: GitHub): void {
  server.registerTool(
    'search_code',
    {
      title: 'Search code',
      description:
        'Find files by what is in them, on the default branches of repositories. Name a repository, user or ' +
        'organisation in the query wherever possible. Read a whole file with read_file.',
      inputSchema: z.strictObject({
        query: queryInput(
          'Such as "createHandler repo:octocat/hello-world" or "TODO org:github language:go".',
        ),
        ...pageInput(),
      }),
      outputSchema: z.object({ ...searchOutput, matches: z.array(CodeMatch), nextPage: NextPage }),
      annotations: READS,
    },
    ({ query, page, per_page }, { mcpReq: { signal } }) =>
      answering(async () => {
        const { body, hasMore } = await github.read(['search', 'code'], searchAnswer(CodeMatchAnswer), {
          query: { q: query, page, per_page },
          accept: WITH_PLACES,
          signal,
        });
        const { total_count: total, incomplete_results: isIncomplete, items } = body;
        return answer(
          [
            searchHeadline(total, isIncomplete, items.length),
            ...items.flatMap(codeMatchLines),
            ...moreLines(hasMore, page),
          ],
          { total, isIncomplete, matches: items, ...nextPage(hasMore, page) },
        );
      }),
  );
}

import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { GitHub } from '../api/github.ts';
import { moreLines, NextPage, nextPage, pageInput } from '../page.ts';
import { Repository, RepositoryAnswer, repositoryLine } from '../repository.ts';
import { queryInput, searchAnswer, searchHeadline, searchOutput } from '../search.ts';
import { answer, answering, READS } from './result.ts';

/** `search_repositories`: repositories by words and qualifiers. */
export function registerSearchRepositories(server: McpServer, github: GitHub): void {
  server.registerTool(
    'search_repositories',
    {
      title: 'Search repositories',
      description: 'Find repositories on GitHub by words and qualifiers.',
      inputSchema: z.strictObject({
        query: queryInput(
          'Such as "mcp gateway language:typescript stars:>100", "user:octocat" or "org:github".',
        ),
        sort: z.enum(['stars', 'forks', 'updated']).optional().describe('Left out, best match first.'),
        order: z.enum(['asc', 'desc']).default('desc').describe('Only with sort.'),
        ...pageInput(),
      }),
      outputSchema: z.object({ ...searchOutput, repositories: z.array(Repository), nextPage: NextPage }),
      annotations: READS,
    },
    ({ query, sort, order, page, per_page }, { mcpReq: { signal } }) =>
      answering(async () => {
        const { body, hasMore } = await github.read(
          ['search', 'repositories'],
          searchAnswer(RepositoryAnswer),
          { query: { q: query, sort, order: sort && order, page, per_page }, signal },
        );
        const { total_count: total, incomplete_results: isIncomplete, items } = body;
        return answer(
          [
            searchHeadline(total, isIncomplete, items.length),
            ...items.map(repositoryLine),
            ...moreLines(hasMore, page),
          ],
          { total, isIncomplete, repositories: items, ...nextPage(hasMore, page) },
        );
      }),
  );
}

import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { GitHub } from '../api/github.ts';
import { Issue, IssueAnswer, issueLine } from '../issue.ts';
import { moreLines, NextPage, nextPage, pageInput } from '../page.ts';
import { queryInput, searchAnswer, searchHeadline, searchOutput } from '../search.ts';
import { answer, answering, READS } from './result.ts';

const QUALIFIERS = { issue: 'is:issue', pull_request: 'is:pull-request' } as const;

/** `search_issues`: issues or pull requests by words and qualifiers. GitHub searches for one kind at a time. */
export function registerSearchIssues(server: McpServer, github: GitHub): void {
  server.registerTool(
    'search_issues',
    {
      title: 'Search issues and pull requests',
      description:
        'Find issues, or pull requests, by words and qualifiers. Read one in full with read_issue or read_pull_request.',
      inputSchema: z.strictObject({
        query: queryInput(
          'Such as "crash repo:octocat/hello-world state:open", "author:@me" or "label:bug org:github".',
        ),
        kind: z.enum(['issue', 'pull_request']).default('issue').describe('Which of the two to find.'),
        sort: z.enum(['created', 'updated', 'comments']).optional().describe('Left out, best match first.'),
        order: z.enum(['asc', 'desc']).default('desc').describe('Only with sort.'),
        ...pageInput(),
      }),
      outputSchema: z.object({ ...searchOutput, issues: z.array(Issue), nextPage: NextPage }),
      annotations: READS,
    },
    ({ query, kind, sort, order, page, per_page }, { mcpReq: { signal } }) =>
      answering(async () => {
        const q = `${query} ${QUALIFIERS[kind]}`;
        const { body, hasMore } = await github.read(['search', 'issues'], searchAnswer(IssueAnswer), {
          query: { q, sort, order: sort && order, page, per_page },
          signal,
        });
        const { total_count: total, incomplete_results: isIncomplete } = body;
        const issues = body.items.map(({ issue }) => issue);
        return answer(
          [
            searchHeadline(total, isIncomplete, issues.length),
            ...issues.map(issueLine),
            ...moreLines(hasMore, page),
          ],
          { total, isIncomplete, issues, ...nextPage(hasMore, page) },
        );
      }),
  );
}

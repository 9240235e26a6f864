import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { GitHub } from '../api/github.ts';
import { Commit, CommitAnswer, commitLine } from '../commit.ts';
import { FilePath, Ref } from '../file-path.ts';
import { moreLines, NextPage, nextPage, pageInput } from '../page.ts';
import { repositoryInput, repositoryPath } from '../repository-name.ts';
import { answer, answering, READS } from './result.ts';

/** `list_commits`: the history of a branch, newest first. */
export function registerListCommits(server: McpServer, github: GitHub): void {
  server.registerTool(
    'list_commits',
    {
      title: 'List commits',
      description: 'List the commits of a branch, newest first; all of them, or those that touch a path.',
      inputSchema: z.strictObject({
        ...repositoryInput,
        ref: Ref.optional(),
        path: FilePath.optional().describe('Only commits that touch this file or directory.'),
        ...pageInput(),
      }),
      outputSchema: z.object({ commits: z.array(Commit), nextPage: NextPage }),
      annotations: READS,
    },
    ({ owner, repo, ref, path, page, per_page }, { mcpReq: { signal } }) =>
      answering(async () => {
        const { body: commits, hasMore } = await github.read(
          [...repositoryPath({ owner, repo }), 'commits'],
          z.array(CommitAnswer),
          { query: { sha: ref, path, page, per_page }, signal },
        );
        const lines = commits.map(commitLine);
        return answer([...(lines.length > 0 ? lines : ['No commits here.']), ...moreLines(hasMore, page)], {
          commits,
          ...nextPage(hasMore, page),
        });
      }),
  );
}

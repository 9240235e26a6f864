import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { GitHub } from '../api/github.ts';
import { ItemNumber, repositoryInput, repositoryPath } from '../repository-name.ts';
import { WrittenText } from '../written-text.ts';
import { ADDS, answer, answering } from './result.ts';

const CreatedComment = z.object({ id: z.int(), html_url: z.string() });

/** `add_comment`: comments on an issue or pull request. */
export function registerAddComment(server: McpServer, github: GitHub): void {
  server.registerTool(
    'add_comment',
    {
      title: 'Comment on an issue or pull request',
      description:
        "Add a comment to an issue or pull request, in the name of the user's account. Everybody who can see the " +
        'repository can read it at once, and all who take part are notified. Every call adds another comment.',
      inputSchema: z.strictObject({ ...repositoryInput, number: ItemNumber, body: WrittenText }),
      outputSchema: z.object({ id: z.int(), url: z.string() }),
      annotations: ADDS,
    },
    ({ owner, repo, number, body }, { mcpReq: { signal } }) =>
      answering(async () => {
        const path = [...repositoryPath({ owner, repo }), 'issues', String(number), 'comments'];
        const { id, html_url: url } = await github.write(path, CreatedComment, { body }, signal);
        return answer([`Commented on ${owner}/${repo}#${number}.`, url], { id, url });
      }),
  );
}

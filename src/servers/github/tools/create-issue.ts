import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { GitHub } from '../api/github.ts';
import { Issue, IssueAnswer } from '../issue.ts';
import { repositoryInput, repositoryPath } from '../repository-name.ts';
import { WrittenText } from '../written-text.ts';
import { ADDS, answer, answering } from './result.ts';

/** GitHub's own bounds. */
const TITLE_CHARACTERS = 256;
const MAX_ASSIGNEES = 10;
const MAX_LABELS = 20;

/** `create_issue`: opens an issue, and answers its number. */
export function registerCreateIssue(server: McpServer, github: GitHub): void {
  server.registerTool(
    'create_issue',
    {
      title: 'Open an issue',
      description:
        "Open a new issue in a repository, in the name of the user's account. Everybody who can see the repository can " +
        'read it at once, and its watchers are notified. It can be closed later, but not unsent. Every call opens ' +
        'another: search first whether there is one already.',
      inputSchema: z.strictObject({
        ...repositoryInput,
        title: z.string().trim().min(1).max(TITLE_CHARACTERS).describe('What it is about, in one line.'),
        body: WrittenText.optional(),
        labels: z
          .array(z.string().min(1))
          .max(MAX_LABELS)
          .optional()
          .describe('Names of labels of the repository.'),
        assignees: z
          .array(z.string().min(1))
          .max(MAX_ASSIGNEES)
          .optional()
          .describe('Logins of who is to do it.'),
      }),
      outputSchema: z.object({ issue: Issue }),
      annotations: ADDS,
    },
    ({ owner, repo, ...draft }, { mcpReq: { signal } }) =>
      answering(async () => {
        const path = [...repositoryPath({ owner, repo }), 'issues'];
        const { issue } = await github.write(path, IssueAnswer, draft, signal);
        return answer([`Opened ${issue.repository}#${issue.number}: ${issue.title}`, issue.url], { issue });
      }),
  );
}

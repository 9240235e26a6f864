import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { GitHub } from '../api/github.ts';
import { Comment, CommentAnswer, commentLines } from '../comment.ts';
import { Issue, IssueAnswer, issueFacts } from '../issue.ts';
import { moreLines, NextPage, nextPage, pageInput } from '../page.ts';
import { ItemNumber, repositoryInput, repositoryPath } from '../repository-name.ts';
import { cutWithNote, TextLimit, withCutTexts } from '../text-limit.ts';
import { answer, answering, READS } from './result.ts';

/** `read_issue`: an issue and a page of its comments, oldest first. */
export function registerReadIssue(server: McpServer, github: GitHub): void {
  server.registerTool(
    'read_issue',
    {
      title: 'Read an issue',
      description:
        'Read an issue with its comments, oldest first, page by page. For a pull request use read_pull_request.',
      inputSchema: z.strictObject({
        ...repositoryInput,
        number: ItemNumber,
        ...pageInput(30),
        text_limit: TextLimit,
      }),
      outputSchema: z.object({
        issue: Issue,
        body: z.string().describe('Its text. A long one is cut, and says so.'),
        comments: z.array(Comment),
        nextPage: NextPage,
      }),
      annotations: READS,
    },
    ({ owner, repo, number, page, per_page, text_limit }, { mcpReq: { signal } }) =>
      answering(async () => {
        const path = [...repositoryPath({ owner, repo }), 'issues', String(number)];
        const [{ body: read }, { body: written, hasMore }] = await Promise.all([
          github.read(path, IssueAnswer, { signal }),
          github.read([...path, 'comments'], z.array(CommentAnswer), { query: { page, per_page }, signal }),
        ]);
        const { issue } = read;
        const body = cutWithNote(read.body, text_limit);
        const comments = withCutTexts(written, text_limit);
        return answer(
          [
            ...issueFacts(issue),
            ...(issue.kind === 'pull_request'
              ? ['This is a pull request: read_pull_request says more.']
              : []),
            '',
            body || 'No description.',
            '',
            ...comments.flatMap(commentLines),
            ...moreLines(hasMore, page),
          ],
          { issue, body, comments, ...nextPage(hasMore, page) },
        );
      }),
  );
}

import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { GitHub } from '../api/github.ts';
import { ChangedFile, ChangedFileAnswer, changedFileLines, toChangedFiles } from '../changed-file.ts';
import { Comment, CommentAnswer, commentLines } from '../comment.ts';
import { moreLines, NextPage, nextPage, pageInput } from '../page.ts';
import { PullRequest, PullRequestAnswer, pullRequestFacts } from '../pull-request.ts';
import { ItemNumber, repositoryInput, repositoryPath } from '../repository-name.ts';
import {
  LineComment,
  LineCommentAnswer,
  lineCommentLines,
  Review,
  ReviewAnswer,
  reviewLines,
} from '../review.ts';
import { cutWithNote, TextLimit, withCutTexts } from '../text-limit.ts';
import { answer, answering, READS } from './result.ts';

/** `read_pull_request`: a pull request, and a page each of its changed files, reviews and comments. */
export function registerReadPullRequest(server: McpServer, github: GitHub): void {
  server.registerTool(
    'read_pull_request',
    {
      title: 'Read a pull request',
      description:
        'Read a pull request with its changed files and patches, reviews, comments on lines and comments. One page ' +
        'holds the next of each of these lists; long patches and texts are cut and say so.',
      inputSchema: z.strictObject({
        ...repositoryInput,
        number: ItemNumber,
        ...pageInput(30),
        text_limit: TextLimit,
      }),
      outputSchema: z.object({
        pullRequest: PullRequest,
        body: z.string().describe('Its text. A long one is cut, and says so.'),
        files: z.array(ChangedFile),
        reviews: z.array(Review),
        lineComments: z.array(LineComment),
        comments: z.array(Comment),
        nextPage: NextPage,
      }),
      annotations: READS,
    },
    ({ owner, repo, number, page, per_page, text_limit }, { mcpReq: { signal } }) =>
      answering(async () => {
        const repository = repositoryPath({ owner, repo });
        const pull = [...repository, 'pulls', String(number)];
        const list = <Item extends z.ZodType>(path: readonly string[], item: Item) =>
          github.read(path, z.array(item), { query: { page, per_page }, signal });
        const [read, files, reviews, lineComments, comments] = await Promise.all([
          github.read(pull, PullRequestAnswer, { signal }),
          list([...pull, 'files'], ChangedFileAnswer),
          list([...pull, 'reviews'], ReviewAnswer),
          list([...pull, 'comments'], LineCommentAnswer),
          list([...repository, 'issues', String(number), 'comments'], CommentAnswer),
        ]);
        const parts = {
          files: toChangedFiles(files.body, text_limit),
          reviews: withCutTexts(reviews.body, text_limit),
          lineComments: withCutTexts(lineComments.body, text_limit),
          comments: withCutTexts(comments.body, text_limit),
        };
        const hasMore = [files, reviews, lineComments, comments].some(part => part.hasMore);
        const { pullRequest } = read.body;
        const body = cutWithNote(read.body.body, text_limit);
        return answer(
          [
            ...pullRequestFacts(pullRequest),
            '',
            body || 'No description.',
            ...section('Changed files', parts.files.flatMap(changedFileLines)),
            ...section('Reviews', parts.reviews.flatMap(reviewLines)),
            ...section('Comments on lines', parts.lineComments.flatMap(lineCommentLines)),
            ...section('Comments', parts.comments.flatMap(commentLines)),
            ...moreLines(hasMore, page),
          ],
          { pullRequest, body, ...parts, ...nextPage(hasMore, page) },
        );
      }),
  );
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? ['', `# ${title}`, ...lines] : [];
}

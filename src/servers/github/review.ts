import * as z from 'zod';
import { LoginAnswer } from './person.ts';

/** What a reviewer decided. */
export const Review = z.object({
  author: z.string(),
  state: z.string().describe('Such as "APPROVED", "CHANGES_REQUESTED", "COMMENTED".'),
  submittedAt: z.string().nullable(),
  text: z.string(),
});
export type Review = z.infer<typeof Review>;

/** What GitHub says of a review, read as ours. */
export const ReviewAnswer = z
  .object({
    user: LoginAnswer,
    state: z.string(),
    submitted_at: z.string().nullish(),
    body: z.string().nullish(),
  })
  .transform(
    (answer): Review => ({
      author: answer.user,
      state: answer.state,
      submittedAt: answer.submitted_at ?? null,
      text: answer.body ?? '',
    }),
  );

/** A comment on a line of the changes. */
export const LineComment = z.object({
  author: z.string(),
  path: z.string(),
  line: z.int().nullable().describe('Null where the line is no longer there, or the whole file is meant.'),
  createdAt: z.string(),
  text: z.string(),
});
export type LineComment = z.infer<typeof LineComment>;

/** What GitHub says of such a comment, read as ours. */
export const LineCommentAnswer = z
  .object({
    user: LoginAnswer,
    path: z.string(),
    line: z.int().nullish(),
    created_at: z.string(),
    body: z.string(),
  })
  .transform(
    (answer): LineComment => ({
      author: answer.user,
      path: answer.path,
      line: answer.line ?? null,
      createdAt: answer.created_at,
      text: answer.body,
    }),
  );

/** A review as a paragraph. */
export function reviewLines({ author, state, submittedAt, text }: Review): string[] {
  return [`- ${author}: ${state}${submittedAt ? ` on ${submittedAt}` : ''}`, ...(text ? [text] : [])];
}

/** A comment on a line as a paragraph. */
export function lineCommentLines({ author, path, line, createdAt, text }: LineComment): string[] {
  return [`- ${author} on ${path}${line === null ? '' : ` line ${line}`}, ${createdAt}`, text];
}

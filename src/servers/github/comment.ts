import * as z from 'zod';
import { LoginAnswer } from './person.ts';

/** A comment on an issue or pull request. */
export const Comment = z.object({
  id: z.int(),
  author: z.string(),
  createdAt: z.string(),
  text: z.string(),
});
export type Comment = z.infer<typeof Comment>;

/** What GitHub says of a comment, read as ours. */
export const CommentAnswer = z
  .object({ id: z.int(), user: LoginAnswer, created_at: z.string(), body: z.string().nullish() })
  .transform(
    (answer): Comment => ({
      id: answer.id,
      author: answer.user,
      createdAt: answer.created_at,
      text: answer.body ?? '',
    }),
  );

/** A comment as a paragraph. */
export function commentLines({ author, createdAt, text }: Comment): string[] {
  return [`## ${author}, ${createdAt}`, text];
}

import * as z from 'zod';

/** GitHub's own bound on the text of an issue or comment. */
const MAX_CHARACTERS = 65_536;

/** A text that is to be published: GitHub's Markdown. */
export const WrittenText = z
  .string()
  .min(1)
  .max(MAX_CHARACTERS, { error: `must have at most ${MAX_CHARACTERS} characters` })
  .refine(text => text.trim() !== '', { error: 'must not be blank' })
  .describe("The text, in GitHub's Markdown. A name after @ notifies that person.");

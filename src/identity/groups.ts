import * as z from 'zod';
import { utf8 } from '../crypto/bytes.ts';

/** How long the names of all groups of a person may be together, as JSON in UTF-8: they are in a cookie, which browsers keep up to 4 KB. */
export const MAX_GROUPS_BYTES = 2000;

/** Names of groups, in settings. */
export const groupNames = z
  .array(z.string().min(1))
  .refine(areKeepable, { error: `may have ${MAX_GROUPS_BYTES} bytes as JSON` });

/** Which claim says what people are in, and which of its values matter; all, where that is left out. */
export const groupsSetting = z.strictObject({
  claim: z.string().min(1),
  only: z.array(z.string().min(1)).optional(),
});

/**
 * The groups that are kept of those that a claim has.
 * @returns null where they are too many: whoever decides by them must not miss one.
 */
export function keptGroups(
  { only }: z.infer<typeof groupsSetting>,
  said: readonly string[],
): readonly string[] | null {
  const kept = [...new Set(said)].filter(group => !only || only.includes(group));
  return areKeepable(kept) ? kept : null;
}

function areKeepable(groups: readonly string[]): boolean {
  return utf8(JSON.stringify(groups)).length <= MAX_GROUPS_BYTES;
}

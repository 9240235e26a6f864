import * as z from 'zod';

/** Who GitHub stands in for people whose account is gone. */
const GHOST = 'ghost';

/** An account, read as its login. */
export const LoginAnswer = z
  .object({ login: z.string() })
  .nullish()
  .transform(account => account?.login ?? GHOST);

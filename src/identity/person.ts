import type { Role } from '../principal.ts';

/** A person, as their identity provider vouched for them. */
export interface Person {
  readonly tenant: string;
  readonly subject: string;
  readonly roles: readonly Role[];
  /** How their provider calls them. Shown to themselves and decides nothing; the subject is shown without it. */
  readonly name?: string;
}

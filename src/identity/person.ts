import type { Rights } from '../principal.ts';

/** A person, as their identity provider vouched for them. */
export interface Person extends Rights {
  readonly tenant: string;
  readonly subject: string;
  /** How their provider calls them. Shown to themselves and decides nothing; the subject is shown without it. */
  readonly name?: string;
}

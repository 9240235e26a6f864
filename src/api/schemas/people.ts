import { CLIENT } from './connections.ts';
import { COUNT, FLAG, listOf, NEXT, ROLE, record, TEXT, TEXT_OR_NULL, TIME } from './shorthand.ts';

const USER = record({
  subject: TEXT,
  name: TEXT_OR_NULL,
  roles: listOf(ROLE),
  firstSignInAt: TIME,
  lastSignInAt: TIME,
  isSuspended: FLAG,
});

const TENANT_CLIENT = record({
  ...CLIENT,
  members: COUNT.describe('How many have connected it, be it that they have ended it since.'),
  block: record({ by: TEXT, at: TIME }).nullable(),
});

/** Who is in the organisation, and with what. */
export const PEOPLE_SCHEMAS = {
  Users: record({ users: listOf(USER), next: NEXT }),
  Clients: record({ clients: listOf(TENANT_CLIENT), next: NEXT }),
  Rotation: record({
    owners: COUNT.describe('How many accounts with credentials were looked at.'),
    rewrapped: COUNT,
    remaining: COUNT.describe(
      'How many records in these accounts are still under another key than the current one.',
    ),
    failed: COUNT.describe('How many accounts could not be asked.'),
    next: NEXT,
  }),
};

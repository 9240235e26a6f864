import * as z from 'zod';
import { CLIENT } from './connections.ts';
import { COUNT, FLAG, listOf, NEXT, record, TEXT, TEXT_OR_NULL, TIME } from './shorthand.ts';

const APPROVAL = record({
  id: TEXT,
  state: z.enum(['asked', 'given', 'refused', 'used']),
  scope: z
    .enum(['once', 'session', 'period'])
    .nullable()
    .describe('How far it reaches; null until it is given.'),
  subject: TEXT.describe('Whose call it is.'),
  subjectName: TEXT_OR_NULL,
  client: record(CLIENT),
  server: TEXT,
  kind: z.enum(['tool', 'prompt', 'resource']),
  name: TEXT.describe("The server's own name of what is called."),
  definitionHash: TEXT.describe('Of the tool, SHA-256 in base64url; empty where there is none.'),
  arguments: z.looseObject({}),
  rule: TEXT.describe('The rule that asks for it, by id.'),
  policyVersion: COUNT,
  askedAt: TIME,
  expiresAt: TIME,
  decided: record({ by: TEXT, at: TIME, reason: TEXT }).nullable(),
  mayDecide: FLAG.describe('Whether you may decide about it now.'),
});

/** Calls that have to be approved. */
export const APPROVAL_SCHEMAS = {
  Approval: APPROVAL,
  Approvals: record({ approvals: listOf(APPROVAL), next: NEXT }),
};

import * as z from 'zod';
import { COUNT, listOf, NEXT, record, TEXT, TIME } from './shorthand.ts';

const AUDIT_EVENT = record({
  id: z.guid(),
  at: TIME,
  kind: TEXT,
  chain: TEXT,
  sequence: COUNT.describe('Its place in the chain, from 1.'),
  event: z
    .looseObject({})
    .nullable()
    .describe('What happened, see docs/audit.md; null where the row cannot be opened.'),
});

const AUDIT_PROBLEM = record({
  chain: TEXT.nullable().describe('Null where it is about checkpoints.'),
  kind: z.enum([
    'edited',
    'removed',
    'reordered',
    'unlinked',
    'foreign',
    'head',
    'unknown',
    'cut',
    'rewritten',
    'archive',
    'checkpoint-edited',
    'checkpoint-removed',
    'checkpoint-unlinked',
    'checkpoint-head',
  ]),
  sequence: z.int().nullable().describe('The first place; null where it is the whole chain.'),
  through: z.int().nullable().describe('The last place.'),
});

/** The audit trail. */
export const AUDIT_SCHEMAS = {
  AuditEvents: record({ events: listOf(AUDIT_EVENT), next: NEXT }),
  AuditVerification: record(
    {
      chains: COUNT.describe('How many chains were verified to their end.'),
      events: COUNT.describe('How many stored events are in order.'),
      undelivered: COUNT.describe('How many events are recorded and not stored here yet.'),
      checkpoints: COUNT.describe('How many checkpoints are in order.'),
      problems: listOf(AUDIT_PROBLEM),
      next: NEXT,
    },
    'What this request found. All is verified when `next` is null.',
  ),
};

import type * as z from 'zod';
import { AUDIT_SCHEMAS } from './schemas/audit.ts';
import { CONNECTION_SCHEMAS } from './schemas/connections.ts';
import { PEOPLE_SCHEMAS } from './schemas/people.ts';
import { PROBLEM_SCHEMAS } from './schemas/problem.ts';
import { SERVER_SCHEMAS } from './schemas/servers.ts';

const POLICY_VERSION = {
  version: { ...COUNT, description: '0 is the default policy, which holds as long as nothing was saved.' },
  author: { ...TEXT_OR_NULL, description: 'The subject of whoever saved it; null for the default policy.' },
  reason: TEXT_OR_NULL,
  restores: {
    type: ['integer', 'null'],
    description: 'The earlier version whose rules it has put in use again.',
  },
  savedAt: TIME_OR_NULL,
};

const EFFECT = { type: 'string', enum: ['allow', 'deny', 'approve'] } as const;

const DECISION = record({
  effect: { ...EFFECT, description: '`approve`: it may be made once somebody has approved it.' },
  rule: { ...TEXT_OR_NULL, description: 'The rule that decides; null where none allows it.' },
  reason: TEXT,
  version: { ...COUNT, description: 'Of the policy; 0 for the default one and for drafts.' },
  approvals: listOf(TEXT),
  limits: listOf(TEXT),
  guards: listOf(TEXT),
});

const RULE_TRACE = record({
  rule: TEXT,
  effect: TEXT,
  verdict: {
    type: 'string',
    enum: ['matched', 'not-matched', 'unknown', 'failed', 'disabled'],
    description:
      '`unknown`: that depends on arguments that are not known. `failed`: its condition could not be told.',
  },
  part: { ...TEXT_OR_NULL, description: 'Of the rule, which did not fit, is unknown or has failed.' },
  reason: TEXT_OR_NULL,
});

const REPLAYED_CALL = record({
  event: { ...TEXT, format: 'uuid', description: 'On the audit trail.' },
  at: TIME,
  user: TEXT,
  client: TEXT,
  server: TEXT,
  kind: { type: 'string', enum: ['tool', 'prompt', 'resource'] },
  name: { ...TEXT_OR_NULL, description: 'Null for a resource whose URI is not on record.' },
  was: record({ effect: orNull(EFFECT), rule: TEXT_OR_NULL }, 'What was decided.'),
  now: record(
    { effect: { type: 'string', enum: [...EFFECT.enum, 'unknown'] }, rule: TEXT_OR_NULL },
    'What would be. `unknown`: that depends on what is not on record.',
  ),
});

/** What answers look like, by name. */
export const SCHEMAS = {
  ...CONNECTION_SCHEMAS,
  ...PEOPLE_SCHEMAS,
  ...AUDIT_SCHEMAS,
  ...SERVER_SCHEMAS,
  ...PROBLEM_SCHEMAS,
} as const satisfies Readonly<Record<string, z.ZodType>>;

/** The name of one of {@link SCHEMAS}. */
export type SchemaName = keyof typeof SCHEMAS;

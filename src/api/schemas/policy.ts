import * as z from 'zod';
import { NOTES } from './servers.ts';
import {
  anyObject,
  COUNT,
  listOf,
  NEXT,
  record,
  TEXT,
  TEXT_OR_NULL,
  TIME,
  TIME_OR_NULL,
} from './shorthand.ts';

const POLICY_VERSION = {
  version: COUNT.describe('0 is the default policy, which holds as long as nothing was saved.'),
  author: TEXT_OR_NULL.describe('The subject of whoever saved it; null for the default policy.'),
  reason: TEXT_OR_NULL,
  restores: z.int().nullable().describe('The earlier version whose rules it has put in use again.'),
  savedAt: TIME_OR_NULL,
};

const EFFECT = z.enum(['allow', 'deny', 'approve']);

const DECISION = record({
  effect: EFFECT.describe('`approve`: it may be made once somebody has approved it.'),
  rule: TEXT_OR_NULL.describe('The rule that decides; null where none allows it.'),
  reason: TEXT,
  version: COUNT.describe('Of the policy; 0 for the default one and for drafts.'),
  approvals: listOf(TEXT),
  limits: listOf(TEXT),
  guards: listOf(TEXT),
});

const RULE_TRACE = record({
  rule: TEXT,
  effect: TEXT,
  verdict: z
    .enum(['matched', 'not-matched', 'unknown', 'failed', 'disabled'])
    .describe(
      '`unknown`: that depends on arguments that are not known. `failed`: its condition could not be told.',
    ),
  part: TEXT_OR_NULL.describe('Of the rule, which did not fit, is unknown or has failed.'),
  reason: TEXT_OR_NULL,
});

const REPLAYED_CALL = record({
  event: z.guid().describe('On the audit trail.'),
  at: TIME,
  user: TEXT,
  client: TEXT,
  server: TEXT,
  kind: z.enum(['tool', 'prompt', 'resource']),
  name: TEXT_OR_NULL.describe('Null for a resource whose URI is not on record.'),
  was: record({ effect: EFFECT.nullable(), rule: TEXT_OR_NULL }, 'What was decided.'),
  now: record(
    { effect: z.enum([...EFFECT.options, 'unknown']), rule: TEXT_OR_NULL },
    'What would be. `unknown`: that depends on what is not on record.',
  ),
});

/** The policy, what it would decide, and what stops at once. */
export const POLICY_SCHEMAS = {
  Policy: record({ ...POLICY_VERSION, policy: anyObject('See docs/policy.md.') }),
  PolicyVersions: record({ versions: listOf(record(POLICY_VERSION)), next: NEXT }),
  SavedPolicy: record({ version: COUNT.describe('The version that is in use now.'), notes: NOTES }),
  CheckedPolicy: record({ rules: COUNT, notes: NOTES }),
  Simulation: record({ decision: DECISION, rules: listOf(RULE_TRACE), notes: NOTES }),
  Replay: record({
    calls: COUNT.describe('How many calls were decided about again.'),
    same: COUNT,
    unknown: COUNT,
    differences: listOf(REPLAYED_CALL),
  }),
  Killed: record({
    done: z
      .enum(['disabled', 'denied', 'ended', 'suspended', 'blocked'])
      .describe(
        'What holds from now on. `denied`: by a rule of the policy, which an administrator can delete.',
      ),
  }),
};

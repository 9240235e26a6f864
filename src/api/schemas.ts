import type * as z from 'zod';
import { APPROVAL_SCHEMAS } from './schemas/approvals.ts';
import { AUDIT_SCHEMAS } from './schemas/audit.ts';
import { CONNECTION_SCHEMAS } from './schemas/connections.ts';
import { METRICS_SCHEMAS } from './schemas/metrics.ts';
import { PEOPLE_SCHEMAS } from './schemas/people.ts';
import { POLICY_SCHEMAS } from './schemas/policy.ts';
import { PROBLEM_SCHEMAS } from './schemas/problem.ts';
import { SERVER_SCHEMAS } from './schemas/servers.ts';

/** What answers look like, by name. */
export const SCHEMAS = {
  ...CONNECTION_SCHEMAS,
  ...PEOPLE_SCHEMAS,
  ...AUDIT_SCHEMAS,
  ...SERVER_SCHEMAS,
  ...APPROVAL_SCHEMAS,
  ...POLICY_SCHEMAS,
  ...METRICS_SCHEMAS,
  ...PROBLEM_SCHEMAS,
} as const satisfies Readonly<Record<string, z.ZodType>>;

/** The name of one of {@link SCHEMAS}. */
export type SchemaName = keyof typeof SCHEMAS;

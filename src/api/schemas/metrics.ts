import * as z from 'zod';
import { COUNT, listOf, record, TEXT, TIME } from './shorthand.ts';

const SECONDS = z.number().min(0).nullable();

const POINT = record({
  at: TIME.describe('When the step began.'),
  server: TEXT,
  kind: z.enum(['tool', 'prompt', 'resource', 'other']),
  tool: TEXT.describe('Its name, or that of the prompt; empty for resources.'),
  calls: COUNT,
  errors: COUNT,
  p50Seconds: SECONDS.describe('Half of the calls took no longer; null for more than 60.'),
  p95Seconds: SECONDS,
});

/** How much is called, and how well it works. */
export const METRICS_SCHEMAS = {
  Metrics: record({ stepSeconds: COUNT, points: listOf(POINT) }, 'The latest first.'),
};

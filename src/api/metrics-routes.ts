import * as z from 'zod';
import { ADMIN_SCOPE } from '../grants/scopes.ts';
import { quantileOf } from '../telemetry/metric.ts';
import { metricKeeperOf, STEP_SECONDS, type TrafficPoint } from '../telemetry/metric-keeper.ts';
import { routes, taking } from './api-route.ts';

/** Who may see how much is called, and how well it works; the same for `/metrics`. */
export const METERING = { scope: ADMIN_SCOPE, roles: ['administrator', 'operator', 'auditor'] } as const;

/** The most points of one answer. */
const MAX_POINTS = 5000;

const query = z.strictObject({
  step: z.enum(['minute', 'hour']).default('minute'),
  since: z.iso.datetime({ offset: true }).optional(),
  server: z.string().min(1).max(64).optional(),
  max: z.coerce.number().int().min(1).max(MAX_POINTS).default(1000),
});

/** The metrics of the caller's own organisation. */
export const METRICS_ROUTES = routes([
  {
    ...METERING,
    name: 'readMetrics',
    method: 'GET',
    path: '/api/v1/admin/metrics',
    summary:
      'Calls, errors and durations of each tool over time: by the minute for a day, by the hour for 30 days.',
    answer: 'Metrics',
    ...taking({
      query,
      serve: async ({ env, principal: { tenant } }, { query: { step, since, server = null, max } }) => {
        const sinceMs = since === undefined ? 0 : Date.parse(since);
        const points = await metricKeeperOf(env, tenant).traffic(tenant, {
          step,
          sinceMs,
          server,
          limit: max,
        });
        return { stepSeconds: STEP_SECONDS[step], points: points.map(pointView) };
      },
    }),
  },
]);

function pointView({ atMs, counts, ...point }: TrafficPoint): object {
  return {
    at: new Date(atMs).toISOString(),
    ...point,
    p50Seconds: quantileOf(counts, 0.5),
    p95Seconds: quantileOf(counts, 0.95),
  };
}

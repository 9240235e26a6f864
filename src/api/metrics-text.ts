import { metricKeeperOf } from '../telemetry/metric-keeper.ts';
import { PROMETHEUS_TYPE, prometheusText } from '../telemetry/prometheus.ts';
import { refuse } from './admission.ts';
import { METERING } from './metrics-routes.ts';
import { problem } from './problem.ts';
import type { Caller } from './serve.ts';

/** `GET /metrics`: all metrics of the caller's own organisation, as Prometheus reads them. */
export async function metricsText(_request: Request, { env, principal }: Caller): Promise<Response> {
  try {
    const refusal = refuse(METERING, principal);
    if (refusal) return refusal;
    const { tenant } = principal;
    const snapshot = await metricKeeperOf(env, tenant).metricSnapshot(tenant);
    const headers = { 'content-type': PROMETHEUS_TYPE, 'cache-control': 'no-store' };
    return new Response(prometheusText(snapshot), { headers });
  } catch (error) {
    return problem(error);
  }
}

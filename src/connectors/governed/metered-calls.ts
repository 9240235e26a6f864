import type { Env } from '../../env.ts';
import { isErrorCode } from '../../errors.ts';
import { isObject, type Outcome } from '../../protocol/message.ts';
import { tenantObjectName } from '../../session-key/internal-bearer.ts';
import { inObject, type Meter, meterOf } from '../../telemetry/meter.ts';
import type { Labels } from '../../telemetry/metric.ts';
import { FAILURE_META_KEY } from '../guarded/failed-tool-call.ts';
import type { CallObserver, GovernedCall } from './governed-call.ts';

/** Counts the calls of a tenant, in memory; it says who calls to nobody. */
export function meteredCalls(env: Env, tenant: string): CallObserver {
  return {
    begin: () => {},
    end(call, outcome) {
      const seconds = Math.max(0, Date.now() - call.startedAtMs) / 1000;
      const meter = meterOf(env, tenant);
      const code = errorCodeOf(outcome);
      const labels = labelsOf(call);
      meter.count(inObject, 'gatehouse_calls_total', labels);
      meter.took(inObject, labels, seconds);
      if (code !== null) meter.count(inObject, 'gatehouse_call_errors_total', [...labels, code]);
      countNotes(meter, call, refusingRule(outcome), code);
      writePoint(env, tenant, { labels, code, seconds });
    },
  };
}

/**
 * The error that a call ended with, as one of the gateway's own codes; `tool_error` and `server_error` where a server has answered with it,
 * whatever it has called it; null for none.
 */
export function errorCodeOf(outcome: Outcome): string | null {
  if (outcome.kind === 'error') return outcome.own ?? 'server_error';
  const { isError, _meta } = outcome.result;
  if (isError !== true) return null;
  const noted = isObject(_meta) ? _meta[FAILURE_META_KEY] : undefined;
  return isObject(noted) && isErrorCode(noted.code) ? noted.code : 'tool_error';
}

/** Addresses of resources are too many, and may say something of their user. */
function labelsOf({ facts: { called } }: GovernedCall): Labels {
  const { server, kind, name } = called;
  return [server, kind, kind === 'resource' ? '' : name];
}

/** The rule by which the gateway has refused a call; empty where it says none. */
function refusingRule(outcome: Outcome): string {
  if (outcome.kind === 'result' || outcome.own === undefined || !isObject(outcome.error.data)) return '';
  const { rule } = outcome.error.data;
  return typeof rule === 'string' ? rule : '';
}

function countNotes(meter: Meter, { notes }: GovernedCall, rule: string, code: string | null): void {
  const { decision, found } = notes;
  if (code === 'policy_denied') meter.count(inObject, 'gatehouse_policy_denials_total', [rule]);
  if (code === 'quota_exceeded') meter.count(inObject, 'gatehouse_quota_refusals_total', [rule]);
  if (decision?.effect === 'approve')
    for (const { id } of decision.approvals) meter.count(inObject, 'gatehouse_approvals_asked_total', [id]);
  for (const finding of found) meter.count(inObject, 'gatehouse_guard_findings_total', [finding]);
}

interface Point {
  readonly labels: Labels;
  readonly code: string | null;
  readonly seconds: number;
}

/** Workers Analytics Engine: index and first blob are the tenant's digest. The layout is in docs/observability.md. */
function writePoint({ ANALYTICS }: Env, tenant: string, { labels, code, seconds }: Point): void {
  const digest = tenantObjectName(tenant);
  ANALYTICS?.writeDataPoint({
    indexes: [digest],
    blobs: [digest, ...labels, code ?? ''],
    doubles: [1, seconds, code === null ? 0 : 1],
  });
}

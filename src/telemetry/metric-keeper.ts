import type { Env } from '../env.ts';
import { tenantObjectName } from '../session-key/internal-bearer.ts';
import { objectsOf } from '../session-key/jurisdiction.ts';
import { withOwnErrors } from '../session-key/object-stub.ts';
import type { CounterName, Durations, GaugeName, Labels, MetricBatch } from './metric.ts';

/** All that was ever counted for a tenant, and how things stand. */
export interface MetricSnapshot {
  readonly counts: readonly (readonly [CounterName, Labels, number])[];
  readonly durations: readonly (readonly [Labels, Durations])[];
  readonly levels: readonly (readonly [GaugeName, number])[];
}

/** How far apart the points of a timeline are: kept for a day, and for 30 days. */
export const STEP_SECONDS = { minute: 60, hour: 3600 } as const;

export type Step = keyof typeof STEP_SECONDS;

/** Which part of the timeline is asked for. */
export interface TrafficQuery {
  readonly step: Step;
  /** Unix time in milliseconds: the first step that is told. */
  readonly sinceMs: number;
  /** Only of this server; null for all. */
  readonly server: string | null;
  /** How many points at most; the latest are told. */
  readonly limit: number;
}

/** The calls of one tool within one step. */
export interface TrafficPoint {
  /** When the step began, Unix time in milliseconds. */
  readonly atMs: number;
  readonly server: string;
  readonly kind: string;
  readonly tool: string;
  readonly calls: number;
  readonly errors: number;
  /** Calls by duration, see `DURATION_BOUNDS`. */
  readonly counts: readonly number[];
}

/** Adds up what is measured for one tenant; its metrics object implements it. */
export interface MetricKeeper {
  addMetrics(tenant: string, batch: MetricBatch): Promise<void>;
  metricSnapshot(tenant: string): Promise<MetricSnapshot>;
  /** The latest first. */
  traffic(tenant: string, query: TrafficQuery): Promise<TrafficPoint[]>;
}

/** The keeper of a tenant's metrics. */
export function metricKeeperOf(env: Env, tenant: string): MetricKeeper {
  const stub = objectsOf(env, env.METRICS, tenant).getByName(tenantObjectName(tenant));
  return withOwnErrors(stub as unknown as MetricKeeper);
}

/** What is measured: each metric with its kind, its labels and what it says. docs/observability.md has the same table. */
export const METRICS = {
  gatehouse_calls_total: {
    kind: 'counter',
    labels: ['server', 'kind', 'tool'],
    help: 'Calls of tools and prompts, and reads of resources, each round of one counted.',
  },
  gatehouse_call_errors_total: {
    kind: 'counter',
    labels: ['server', 'kind', 'tool', 'code'],
    help: 'Calls that failed or were refused, by the code of the error.',
  },
  gatehouse_call_duration_seconds: {
    kind: 'histogram',
    labels: ['server', 'kind', 'tool'],
    help: 'How long calls took in the gateway and beyond, whatever became of them.',
  },
  gatehouse_policy_denials_total: {
    kind: 'counter',
    labels: ['rule'],
    help: 'Calls that a rule has denied; without a rule, those that none allows.',
  },
  gatehouse_approvals_asked_total: {
    kind: 'counter',
    labels: ['rule'],
    help: 'Rounds of calls that a rule lets through only with an approval.',
  },
  gatehouse_quota_refusals_total: {
    kind: 'counter',
    labels: ['rule'],
    help: 'Calls that were over a limit.',
  },
  gatehouse_guard_findings_total: {
    kind: 'counter',
    labels: ['rule'],
    help: 'What guards have found in arguments and results, by rule and pattern.',
  },
  gatehouse_circuit_openings_total: {
    kind: 'counter',
    labels: ['server'],
    help: 'How often a server was left alone for a while, since it kept failing.',
  },
  gatehouse_credential_refreshes_total: {
    kind: 'counter',
    labels: ['outcome'],
    help: 'Refreshes of third-party credentials: refreshed, unanswered or ended.',
  },
  gatehouse_spans_dropped_total: {
    kind: 'counter',
    labels: [],
    help: 'Spans that the collector did not take, or for which there was no room.',
  },
  gatehouse_audit_outbox_waiting: {
    kind: 'gauge',
    labels: [],
    help: 'Events of the audit trail that the database does not have yet.',
  },
  gatehouse_open_sessions: {
    kind: 'gauge',
    labels: [],
    help: 'Sessions of the 2025 revisions that have not ended.',
  },
  gatehouse_open_streams: {
    kind: 'gauge',
    labels: [],
    help: 'Event streams that somebody reads.',
  },
} as const satisfies Record<string, Metric>;

interface Metric {
  readonly kind: 'counter' | 'histogram' | 'gauge';
  readonly labels: readonly string[];
  readonly help: string;
}

/** The name of one of {@link METRICS}. */
export type MetricName = keyof typeof METRICS;

type Of<Kind extends Metric['kind']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

export type CounterName = Of<'counter'>;
export type GaugeName = Of<'gauge'>;

/** The one histogram there is. */
export const DURATION: Of<'histogram'> = 'gatehouse_call_duration_seconds';

/** Upper bounds of its buckets, in seconds; the last bucket has none. */
export const DURATION_BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

/** What a label says that has taken too many values (docs/observability.md, "Bounds"). */
export const OTHER = 'other';

/** Values of a metric's labels, in the order of its table. */
export type Labels = readonly string[];

/** How often calls took how long: a count for each bucket, not added up. */
export interface Durations {
  readonly counts: readonly number[];
  readonly sumSeconds: number;
}

/** How things stand at one object: it says so again before the time is over, or it is not counted any more. */
export interface Level {
  readonly metric: GaugeName;
  /** Whose level it is, unique for the tenant. */
  readonly source: string;
  readonly value: number;
  /** Unix time in milliseconds. */
  readonly untilMs: number;
}

/** What was counted since the last batch. */
export interface MetricBatch {
  readonly counts: readonly (readonly [CounterName, Labels, number])[];
  readonly durations: readonly (readonly [Labels, Durations])[];
  readonly levels: readonly Level[];
}

/** The bucket of a duration. */
export function bucketOf(seconds: number): number {
  const index = DURATION_BOUNDS.findIndex(bound => seconds <= bound);
  return index === -1 ? DURATION_BOUNDS.length : index;
}

/** Two counts of the same as one. */
export function addedDurations(one: Durations | null, other: Durations): Durations {
  if (one === null) return other;
  const counts = other.counts.map((count, index) => count + (one.counts[index] ?? 0));
  return { counts, sumSeconds: one.sumSeconds + other.sumSeconds };
}

/** The duration that such a part of the calls did not exceed: the bound of its bucket, in seconds; null for no call, or no bound. */
export function quantileOf(counts: readonly number[], part: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let sum = 0;
  const index = counts.findIndex(count => {
    sum += count;
    return sum >= total * part;
  });
  return DURATION_BOUNDS[index] ?? null;
}

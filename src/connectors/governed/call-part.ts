import type { TraceContext } from '../../telemetry/trace-context.ts';

/** What the time of a call was spent on. */
export interface CallPart {
  readonly name: string;
  readonly trace: TraceContext;
  /** Unix times in milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
}

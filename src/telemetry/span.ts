import type { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { TraceContext } from './trace-context.ts';

/** What kind of work it is, with OpenTelemetry's number for it (`SpanKind`). */
const KINDS = { internal: 0, server: 1, client: 2 } as const;

/** What a span says of its work: names of OpenTelemetry's semantic conventions where there are any, never arguments, results or people. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** One piece of work that is over. */
export interface Span {
  readonly trace: TraceContext;
  readonly name: string;
  readonly kind: keyof typeof KINDS;
  /** Unix times in milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly isError: boolean;
}

/** A span as the serializer of OpenTelemetry takes it. */
export type ReadableSpan = Parameters<typeof JsonTraceSerializer.serializeRequest>[0][number];

/** What all spans are of; one object, since spans are put together by it. */
const RESOURCE = { attributes: { 'service.name': 'gatehouse' } };
const SCOPE = { name: 'gatehouse' };

const STATUS = { unset: 0, error: 2 } as const;

/** See {@link ReadableSpan}. */
export function readableSpan({ trace, name, kind, startMs, endMs, attributes, isError }: Span): ReadableSpan {
  const { traceId, spanId, parentSpanId, state } = trace;
  const traceState = state === '' ? {} : { traceState: { serialize: () => state } };
  const readable = {
    name,
    kind: KINDS[kind],
    spanContext: () => ({ traceId, spanId, traceFlags: 1, ...traceState }),
    ...(parentSpanId !== null && { parentSpanContext: { traceId, spanId: parentSpanId, traceFlags: 1 } }),
    startTime: timeOf(startMs),
    endTime: timeOf(endMs),
    duration: timeOf(endMs - startMs),
    status: { code: isError ? STATUS.error : STATUS.unset },
    attributes,
    links: [],
    events: [],
    ended: true,
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
  // What its types want beside that, it does not read.
  return readable as unknown as ReadableSpan;
}

/** Seconds and nanoseconds. */
function timeOf(ms: number): [number, number] {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

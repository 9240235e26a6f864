import { createRequire } from 'node:module';
import { startScriptedApi } from './scripted-api.ts';

/** The published protocol of OpenTelemetry, as protobufjs has compiled it (opentelemetry-proto). */
const { opentelemetry } = createRequire(import.meta.url)('otlp-schema/build/src/generated/root.js');
const REQUEST = opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/** A span as it came, with its attributes by name. */
export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A stand-in for a collector: it takes what is right by the published schema, and keeps what is wrong with the rest. */
export async function startCollector() {
  const api = await startScriptedApi();
  const spans: CollectedSpan[] = [];
  const problems: string[] = [];
  api.on('POST /v1/traces', ({ body }) => {
    const said = JSON.parse(body.toString());
    const problem = problemIn(said);
    if (problem !== null) problems.push(problem);
    for (const { scopeSpans } of said.resourceSpans)
      for (const scope of scopeSpans) spans.push(...scope.spans.map(collected));
    return { body: {} };
  });
  return { ...api, spans, problems };
}

/** What the schema does not know, or knows otherwise; null where all is right. */
function problemIn(said: object): string | null {
  try {
    const message = REQUEST.fromObject(said);
    const wrong = REQUEST.verify(message);
    if (wrong !== null) return wrong;
    const known = REQUEST.toObject(REQUEST.decode(REQUEST.encode(message).finish()), {
      longs: Number,
      bytes: String,
    });
    return unknownIn(said, known, 'request');
  } catch (error) {
    return String(error);
  }
}

/** Members that the schema has lost. Nothing is said by what has its default value. */
function unknownIn(said: unknown, known: unknown, place: string): string | null {
  if (typeof said !== 'object' || said === null) return null;
  for (const [name, value] of Object.entries(said)) {
    const isDefault = value === 0 || value === '' || (Array.isArray(value) && value.length === 0);
    if (isDefault) continue;
    const kept = (known as Record<string, unknown> | undefined)?.[name];
    if (kept === undefined) return `${place}.${name} is not in the schema`;
    const inner = unknownIn(value, kept, `${place}.${name}`);
    if (inner !== null) return inner;
  }
  return null;
}

interface RawSpan extends Omit<CollectedSpan, 'attributes'> {
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

function collected({ attributes, ...span }: RawSpan): CollectedSpan {
  const named = attributes.map(({ key, value }) => [key, Object.values(value)[0]]);
  return { ...span, attributes: Object.fromEntries(named) };
}

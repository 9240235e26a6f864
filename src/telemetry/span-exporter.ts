import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { type Env, oncePerEnvironment, type Settings, settingsOf } from '../env.ts';
import { log } from '../log.ts';
import { operatorFetch } from '../network/outbound-fetch.ts';
import { type Hold, meterOf } from './meter.ts';
import { readableSpan, type Span } from './span.ts';

/** How many spans wait at most, and how many go at once. */
const MAX_WAITING = 2048;
const MAX_BATCH = 512;

/** How long the collector may take. In milliseconds. */
const TIMEOUT_MS = 10_000;

/** Whoever should have sent them that long after it was due was cut off. In milliseconds. */
const LOST_AFTER_MS = 15_000;

/** A span, and whose work it was; null where that is not known. */
interface Waiting {
  readonly span: Span;
  readonly tenant: string | null;
}

/** What an exporter sends with. */
export interface ExporterParts {
  readonly flushMs: number;
  /** Sends a body to the collector. @returns whether it was taken. */
  send(body: Uint8Array): Promise<boolean>;
  /** Told how many spans of a tenant were dropped. */
  onDropped(hold: Hold, tenant: string | null, count: number): void;
}

/**
 * Brings spans to a collector, in batches (OTLP/HTTP, JSON). Nobody waits for it; what the collector does not take is dropped and
 * counted, and what would be more than there is room for is dropped at once.
 */
export class SpanExporter {
  readonly #parts: ExporterParts;
  #waiting: Waiting[] = [];
  #dueAtMs = 0;

  constructor(parts: ExporterParts) {
    this.#parts = parts;
  }

  add(hold: Hold, tenant: string | null, span: Span): void {
    if (this.#waiting.length >= MAX_WAITING) this.#parts.onDropped(hold, tenant, 1);
    else this.#waiting.push({ span, tenant });
    const nowMs = Date.now();
    if (this.#dueAtMs !== 0 && nowMs < this.#dueAtMs + LOST_AFTER_MS) return;
    this.#dueAtMs = nowMs + this.#parts.flushMs;
    hold(this.#flushLater(hold));
  }

  async #flushLater(hold: Hold): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, this.#parts.flushMs));
    this.#dueAtMs = 0;
    while (this.#waiting.length > 0) await this.#flush(hold, this.#waiting.splice(0, MAX_BATCH));
  }

  async #flush(hold: Hold, batch: readonly Waiting[]): Promise<void> {
    const body = JsonTraceSerializer.serializeRequest(batch.map(({ span }) => readableSpan(span)));
    const isTaken = body !== undefined && (await this.#parts.send(body).catch(() => false));
    if (isTaken) return;
    for (const [tenant, those] of Map.groupBy(batch, waiting => waiting.tenant))
      this.#parts.onDropped(hold, tenant, those.length);
  }
}

/** The exporter of this isolate; null where there is no collector. */
export const exporterOf: (env: Env) => SpanExporter | null = oncePerEnvironment(env => {
  const settings = settingsOf(env);
  const { OTLP_ENDPOINT, OTLP_FLUSH_MS } = settings;
  if (OTLP_ENDPOINT === undefined) return null;
  return new SpanExporter({
    flushMs: OTLP_FLUSH_MS,
    send: body => sent(tracesUrl(OTLP_ENDPOINT), collectorHeaders(settings), body),
    onDropped: (hold, tenant, count) => {
      log('warn', 'spans_dropped', { count });
      if (tenant !== null) meterOf(env, tenant).count(hold, 'gatehouse_spans_dropped_total', [], count);
    },
  });
});

/** Notes a piece of work that is over, where its trace is recorded. */
export function recordSpan(env: Env, hold: Hold, tenant: string | null, span: Span): void {
  if (span.trace.isSampled) exporterOf(env)?.add(hold, tenant, span);
}

/** Where a collector takes spans (OpenTelemetry, "OTLP Exporter", "Endpoint URLs for OTLP/HTTP"). */
function tracesUrl(endpoint: string): string {
  return `${endpoint.replace(/\/+$/, '')}/v1/traces`;
}

/** `name=value,name=value`, with values URL-encoded (OpenTelemetry, "Specifying headers via environment variables"). */
export function collectorHeaders({ OTLP_HEADERS }: Pick<Settings, 'OTLP_HEADERS'>): Record<string, string> {
  const pairs = OTLP_HEADERS.split(',').flatMap(pair => {
    const at = pair.indexOf('=');
    return at < 1 ? [] : [[pair.slice(0, at).trim(), decoded(pair.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A redirect is no success: the headers are for the collector only. */
async function sent(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): Promise<boolean> {
  const response = await operatorFetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: body as Uint8Array<ArrayBuffer>,
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body?.cancel();
  return response.ok;
}

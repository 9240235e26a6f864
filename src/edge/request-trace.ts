import { isObject } from '../protocol/message.ts';
import {
  childTrace,
  newTrace,
  type TraceContext,
  traceOfHeaders,
  traceOfParams,
} from '../telemetry/trace-context.ts';

/** The place of one HTTP request in its trace. */
export class RequestTrace {
  #context: TraceContext;

  /** @param ratio see {@link newTrace}. */
  constructor(headers: Headers, ratio: number) {
    const parent = traceOfHeaders(headers);
    this.#context = parent ? childTrace(parent) : newTrace(ratio);
  }

  get context(): TraceContext {
    return this.#context;
  }

  /**
   * What a message says in its `_meta` goes before the headers: whoever wrote the message is nearer to the work than what has carried it
   * (OpenTelemetry, "Semantic conventions for MCP", "Context propagation").
   */
  follow(message: unknown): void {
    const parent = isObject(message) ? traceOfParams(message.params) : null;
    if (parent) this.#context = { ...parent, spanId: this.#context.spanId, parentSpanId: parent.spanId };
  }
}

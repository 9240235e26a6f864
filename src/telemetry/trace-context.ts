import { parseTraceParent, TraceState } from '@opentelemetry/core';
import { isObject, type JsonObject } from '../protocol/message.ts';

/** The place of one piece of work in a distributed trace (W3C Trace Context). */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Of the work itself: 16 hexadecimal digits. */
  readonly spanId: string;
  /** Of the work that it is a part of; null where the trace begins here, or is not known further. */
  readonly parentSpanId: string | null;
  /** Whether whoever began the trace records it. */
  readonly isSampled: boolean;
  /** `tracestate`: what other vendors keep for themselves; empty for nothing. */
  readonly state: string;
}

/** The names under which the context travels, in HTTP headers and in `_meta` alike (MCP 2026-07-28, SEP-414). */
export const TRACEPARENT = 'traceparent';
export const TRACESTATE = 'tracestate';

/** What travels beside the context and is not for servers: tenants' own words. It is forwarded to nobody. */
export const BAGGAGE = 'baggage';

const SAMPLED = 0x01;

/**
 * What somebody says of the trace that their request is a part of; null where they say nothing, or nothing that is right.
 * @param state is looked at only beside a good parent, and dropped where it is malformed (W3C Trace Context, sections 3.2 and 3.3).
 */
export function parsedTrace(parent: unknown, state?: unknown): TraceContext | null {
  const parsed = typeof parent === 'string' ? parseTraceParent(parent) : null;
  if (!parsed) return null;
  const { traceId, spanId, traceFlags } = parsed;
  const isSampled = (traceFlags & SAMPLED) === SAMPLED;
  return { traceId, spanId, parentSpanId: null, isSampled, state: stateOf(state) };
}

/** What the headers of a request say of its trace. */
export function traceOfHeaders(headers: Headers): TraceContext | null {
  return parsedTrace(headers.get(TRACEPARENT), headers.get(TRACESTATE));
}

/** What the `_meta` of a message's parameters says of its trace. */
export function traceOfParams(params: unknown): TraceContext | null {
  if (!isObject(params) || !isObject(params._meta)) return null;
  return parsedTrace(params._meta[TRACEPARENT], params._meta[TRACESTATE]);
}

/** A part of some work. */
export function childTrace(parent: TraceContext): TraceContext {
  return { ...parent, spanId: randomHex(8), parentSpanId: parent.spanId };
}

/**
 * The beginning of a trace of our own.
 * @param ratio which part of them is recorded, from 0 to 1. Decided by the trace's id, so that it is the same wherever it is asked.
 */
export function newTrace(ratio: number): TraceContext {
  const traceId = randomHex(16);
  const isSampled = Number.parseInt(traceId.slice(-8), 16) < ratio * 2 ** 32;
  return { traceId, spanId: randomHex(8), parentSpanId: null, isSampled, state: '' };
}

/** The value of `traceparent` for whoever does a part of the work. */
export function traceparentOf({ traceId, spanId, isSampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** The members of headers, or of `_meta`, that say a context. */
export function traceMembers(context: TraceContext): Record<string, string> {
  const { state } = context;
  return { [TRACEPARENT]: traceparentOf(context), ...(state !== '' && { [TRACESTATE]: state }) };
}

/** The headers of a request that say the context which a message's parameters say. */
export function traceHeaders(params: unknown): Record<string, string> {
  const context = traceOfParams(params);
  return context ? traceMembers(context) : {};
}

/** Parameters with a context in their `_meta`, in place of whatever they said of one. */
export function withTrace(params: JsonObject, context: TraceContext): JsonObject {
  const meta = isObject(params._meta) ? params._meta : {};
  const { [TRACEPARENT]: _parent, [TRACESTATE]: _state, [BAGGAGE]: _baggage, ...others } = meta;
  return { ...params, _meta: { ...others, ...traceMembers(context) } };
}

function stateOf(text: unknown): string {
  return typeof text === 'string' ? new TraceState(text).serialize() : '';
}

function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  // All zeros is no id (W3C Trace Context, section 3.2.2); the chance is 2^-64 at most.
  random[0] = (random[0] ?? 0) || 1;
  return [...random].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

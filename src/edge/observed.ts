import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import { type Env, type Settings, settingsOf } from '../env.ts';
import { log, setLogLevel, withLogFields } from '../log.ts';
import { recordSpan } from '../telemetry/span-exporter.ts';
import { RequestTrace } from './request-trace.ts';

/** What routes find beside a request. */
export interface Observed {
  readonly Bindings: Env;
  readonly Variables: { readonly trace: RequestTrace };
}

/** Gives every HTTP request its place in a trace, and says of each how it was answered: as a line of the log, and as a span. */
export const observed = createMiddleware<Observed>(async (c, next) => {
  const settings = settingsIn(c.env);
  if (settings) setLogLevel(settings.LOG_LEVEL);
  const trace = new RequestTrace(c.req.raw.headers, sampleRatio(settings));
  const startMs = Date.now();
  c.set('trace', trace);
  await withLogFields({ trace: trace.context.traceId }, next);
  tell(c, trace, startMs);
});

/** Nothing of the request itself is told but its method: paths, queries and headers may hold whatever people write into them. */
function tell(c: Context<Observed>, { context }: RequestTrace, startMs: number): void {
  const { method, route, status } = { method: methodOf(c), route: routeOf(c), status: c.res.status };
  const endMs = Date.now();
  const client = clientKind(c.req.header('user-agent'));
  log('info', 'request', { method, route, status, ms: endMs - startMs, trace: context.traceId, client });
  recordSpan(c.env, until => c.executionCtx.waitUntil(until), null, {
    trace: context,
    name: `${method} ${route}`,
    kind: 'server',
    startMs,
    endMs,
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
      ...(status >= 500 && { 'error.type': String(status) }),
    },
    isError: status >= 500,
  });
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** `_OTHER` for what is none (OpenTelemetry, "Semantic conventions for HTTP", `http.request.method`). */
function methodOf(c: Context): string {
  return METHODS.includes(c.req.method) ? c.req.method : '_OTHER';
}

/** The pattern that a request has met; empty where there is no such route. */
function routeOf(c: Context): string {
  const met = matchedRoutes(c).filter(({ path }) => path !== '/*' && path !== '*');
  return met.at(-1)?.path ?? '';
}

/** What kind of program asks, as far as it is one of a few. */
function clientKind(userAgent: string | undefined): string {
  if (userAgent === undefined) return 'none';
  if (/^Mozilla\//.test(userAgent)) return 'browser';
  const known = /^(claude|cursor|vscode|prometheus|node|undici|python|go-http-client|curl)/i.exec(userAgent);
  return known?.[1]?.toLowerCase() ?? 'other';
}

/** Traces that nobody collects are said to be recorded by nobody. */
function sampleRatio(settings: Settings | null): number {
  return settings?.OTLP_ENDPOINT === undefined ? 0 : settings.OTLP_SAMPLE_RATIO;
}

/** Settings that are wrong are for the routes to tell. */
function settingsIn(env: Env): Settings | null {
  try {
    return settingsOf(env);
  } catch {
    return null;
  }
}

import { createMiddleware } from 'hono/factory';
import { type Env, settingsOf } from '../env.ts';
import { RequestTrace } from './request-trace.ts';

/** What routes find beside a request. */
export interface Observed {
  readonly Bindings: Env;
  readonly Variables: { readonly trace: RequestTrace };
}

/** Gives every HTTP request its place in a trace. */
export const observed = createMiddleware<Observed>(async (c, next) => {
  c.set('trace', new RequestTrace(c.req.raw.headers, sampleRatio(c.env)));
  await next();
});

/** Traces that nobody collects are said to be recorded by nobody. Settings that are wrong are for the routes to tell. */
function sampleRatio(env: Env): number {
  try {
    const { OTLP_ENDPOINT, OTLP_SAMPLE_RATIO } = settingsOf(env);
    return OTLP_ENDPOINT === undefined ? 0 : OTLP_SAMPLE_RATIO;
  } catch {
    return 0;
  }
}

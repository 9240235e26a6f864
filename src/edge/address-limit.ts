import { createMiddleware } from 'hono/factory';
import type { Env } from '../env.ts';
import { reportFault } from '../errors.ts';
import { clientAddress } from '../network/client-address.ts';

/** What the binding counts in; wrangler.toml says the same (`[[ratelimits]]`, `period`). */
const PERIOD_SECONDS = 60;

/** Where nobody has to say who they are. */
const OPEN_PATHS = /^\/(\.well-known\/|oauth\/|authorize$|sign-in|sign-out|healthz$)/;

/** Environments that have said that they have no binding; once is enough to say. */
const withoutLimit = new WeakSet<Env>();

/**
 * Limits how often an address asks where nobody has to say who they are, and how often it fails to (401). It is the platform's own limiter,
 * which is fast, kept per location, and not exact: see docs/quotas.md. What it cannot say does not keep anybody out.
 */
export const addressLimited = createMiddleware<{ Bindings: Env }>(async (c, next) => {
  if (OPEN_PATHS.test(c.req.path)) {
    if (await isTooMuch(c.env, c.req.raw)) return tooManyRequests();
    return next();
  }
  await next();
  if (c.res.status !== 401 || !(await isTooMuch(c.env, c.req.raw))) return;
  await c.res.body?.cancel();
  c.res = undefined;
  c.res = tooManyRequests();
});

async function isTooMuch(env: Env, request: Request): Promise<boolean> {
  const { ADDRESS_LIMIT } = env;
  if (!ADDRESS_LIMIT) {
    if (!withoutLimit.has(env)) reportFault('address_limit_missing', null);
    withoutLimit.add(env);
    return false;
  }
  try {
    return !(await ADDRESS_LIMIT.limit({ key: clientAddress(request) })).success;
  } catch (error) {
    reportFault('address_limit_failed', error);
    return false;
  }
}

/** RFC 6585 section 4. */
function tooManyRequests(): Response {
  const error_description =
    'Too many requests from your address (ADDRESS_LIMIT in wrangler.toml). Wait a minute.';
  return Response.json(
    { error: 'temporarily_unavailable', error_description },
    { status: 429, headers: { 'retry-after': String(PERIOD_SECONDS), 'cache-control': 'no-store' } },
  );
}

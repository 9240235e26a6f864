import type { Env } from '../env.ts';
import { type Hold, meterOf } from '../telemetry/meter.ts';

/** How often it is said again how many are open, and for how long that is good. In milliseconds. */
const SAY_EVERY_MS = 60_000;
const GOOD_FOR_MS = 3 * SAY_EVERY_MS;

/** This isolate, among all that count for a tenant. */
let isolate = '';
const open = new Map<string, number>();

/** A response whose event stream is counted as open until it ends, or its reader is gone. */
export function countedStream(env: Env, tenant: string, hold: Hold, response: Response): Response {
  const { body } = response;
  if (body === null || response.headers.get('content-type') !== 'text/event-stream') return response;
  const { readable, writable } = new IdentityTransformStream();
  const add = (more: number) => {
    open.set(tenant, (open.get(tenant) ?? 0) + more);
    say(env, tenant, hold);
  };
  add(1);
  const again = setInterval(() => say(env, tenant, hold), SAY_EVERY_MS);
  const closed = () => {
    clearInterval(again);
    add(-1);
  };
  body.pipeTo(writable).then(closed, closed);
  return new Response(readable, response);
}

function say(env: Env, tenant: string, hold: Hold): void {
  isolate ||= crypto.randomUUID();
  const value = open.get(tenant) ?? 0;
  if (value === 0) open.delete(tenant);
  const untilMs = Date.now() + GOOD_FOR_MS;
  meterOf(env, tenant).stands(hold, { metric: 'gatehouse_open_streams', source: isolate, value, untilMs });
}

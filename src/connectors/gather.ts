import { GatehouseError } from '../errors.ts';
import { withDeadline } from './deadline.ts';
import type { Upstream } from './upstream.ts';

/** What several servers came to: the values of those that could say, in order; why the others could not; and the first failure. */
export interface Gathered<Value> {
  readonly values: readonly Value[];
  /** A sentence for each server that is not among the values, by its name. */
  readonly unavailable: Readonly<Record<string, string>>;
  readonly failure: unknown;
}

/** A question to one server. */
export type Ask<Value> = (upstream: Upstream, signal: AbortSignal) => Promise<Value>;

/**
 * Asks several servers at a time. None is waited for longer than `timeoutMs`, whatever it does; what it was asked goes on, so that it
 * may be there the next time.
 * @throws the first failure when nobody could say.
 */
export async function gather<Value>(
  upstreams: readonly Upstream[],
  timeoutMs: number,
  ask: Ask<Value>,
): Promise<Gathered<Value>> {
  const outcomes = await Promise.allSettled(askAll(upstreams, timeoutMs, ask));
  const values: Value[] = [];
  const failures: [server: string, reason: unknown][] = [];
  outcomes.forEach((outcome, index) => {
    const server = upstreams[index]?.connector.server ?? '';
    if (outcome.status === 'fulfilled') values.push(outcome.value);
    else failures.push([server, outcome.reason]);
  });
  const failure = failures[0]?.[1];
  if (failure !== undefined && values.length === 0) throw failure;
  return {
    values,
    failure,
    unavailable: Object.fromEntries(failures.map(([server, why]) => [server, wordsOf(why)])),
  };
}

/** The same, each by itself, for who can go on with some of them. */
export function askAll<Value>(
  upstreams: readonly Upstream[],
  timeoutMs: number,
  ask: Ask<Value>,
): readonly Promise<Value>[] {
  return upstreams.map(upstream => {
    const asked = withDeadline(timeoutMs, undefined, ({ signal }) => {
      const { promise: late, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => reject(tooLate(upstream.connector.server, timeoutMs)), {
        once: true,
      });
      return Promise.race([late, ask(upstream, signal)]);
    });
    // Who goes on with others leaves this one unheard, which is no fault.
    asked.catch(() => {});
    return asked;
  });
}

/** What may be said of a failure to whoever asked for a list. */
function wordsOf(error: unknown): string {
  return error instanceof GatehouseError ? error.message : 'It failed.';
}

function tooLate(server: string, timeoutMs: number): GatehouseError {
  return new GatehouseError(
    'call_timeout',
    `The server "${server}" did not say within ${timeoutMs} ms (setting LIST_TIMEOUT_MS) what it has.`,
  );
}

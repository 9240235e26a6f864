import { type Env, settingsOf } from '../env.ts';
import { GatehouseError, reportFault } from '../errors.ts';

/** How long a database is waited for where it is known what it said last, in milliseconds. */
const PATIENCE_MS = 2000;

/** Something that was read of the database. Values and not promises: those belong to the request that made them. */
export interface LastKnown<Value> {
  readonly value: Value;
  readonly readAtMs: number;
  /** Until when it is taken as it is. */
  readonly untilMs: number;
  /** Whether it could not be read again since. */
  readonly isStale: boolean;
}

/**
 * Reads something anew. Where the database cannot be read, what it last said is good for CATALOG_STALE_MS, so that an outage of the
 * database stops no call; the first time that is said in the log. What the database says and we refuse is no outage.
 * @throws as `read` does, where nothing is known, or only what is older.
 */
export async function readOrLast<Value>(
  env: Env,
  what: string,
  known: LastKnown<Value> | undefined,
  read: () => Promise<Value>,
): Promise<LastKnown<Value>> {
  const { CATALOG_CACHE_MS, CATALOG_STALE_MS } = settingsOf(env);
  const nowMs = Date.now();
  const untilMs = nowMs + CATALOG_CACHE_MS;
  try {
    const value = await (known ? inTime(read()) : read());
    return { value, readAtMs: nowMs, untilMs, isStale: false };
  } catch (error) {
    if (!known || error instanceof GatehouseError || known.readAtMs + CATALOG_STALE_MS < nowMs) throw error;
    if (!known.isStale) reportFault('catalog_stale', error, { what });
    return { ...known, untilMs, isStale: true };
  }
}

/** The same, to be read anew by whoever asks next. */
export function expired<Value>(known: LastKnown<Value>): LastKnown<Value> {
  return { ...known, untilMs: 0 };
}

function inTime<Value>(answer: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  return Promise.race([late, answer]).finally(() => clearTimeout(timer));
}

/** How long events wait for others that could go with them. */
const GATHER_MS = 1000;

/** The longest wait between two tries. */
const MAX_WAIT_MS = 300_000;

/** How long after its time a delivery counts as forgotten: the platform gives an alarm up that fails too often. */
const FORGOTTEN_AFTER_MS = 60_000;

/**
 * When events that were just recorded are to be delivered.
 * @param dueAtMs when a delivery is due already; null where none is.
 * @returns null where that will do.
 */
export function firstDelivery(dueAtMs: number | null, nowMs: number): number | null {
  const isComing = dueAtMs !== null && nowMs < dueAtMs + FORGOTTEN_AFTER_MS;
  return isComing ? null : nowMs + GATHER_MS;
}

/**
 * When to try again after failures: twice as long after each, up to five minutes, less up to half of it by chance, so that not
 * all objects ask D1 at once when it is back.
 * @param failures one at least.
 * @param chance from 0 to 1.
 */
export function nextTry(failures: number, nowMs: number, chance: number): number {
  const waitMs = Math.min(MAX_WAIT_MS, GATHER_MS * 2 ** failures);
  return nowMs + Math.round(waitMs * (1 - chance / 2));
}

/** The latest time that a date can have (ECMA-262, "Time Values"), Unix time in milliseconds. */
const LAST_MS = 8.64e15;

/**
 * When a token ends that was just given out.
 * @param lifetimeSeconds `expires_in` (RFC 6749 section 5.1), as a third party says it; undefined where it does not.
 * @returns Unix time in whole milliseconds; null where it is not told, or too far off to be a date.
 */
export function expiryOf(lifetimeSeconds: number | undefined, nowMs: number): number | null {
  if (lifetimeSeconds === undefined) return null;
  const expiresAtMs = Math.trunc(nowMs + lifetimeSeconds * 1000);
  return expiresAtMs <= LAST_MS ? expiresAtMs : null;
}

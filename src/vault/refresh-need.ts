/** What of a held credential decides whether it must be refreshed. Times are Unix times in milliseconds. */
export interface RefreshFacts {
  /** The version from which on it has been this credential, and not merely sealed anew. */
  readonly contentVersion: number;
  readonly expiresAtMs: number | null;
  readonly connectedAtMs: number;
  /** Null where it was never refreshed. */
  readonly refreshedAtMs: number | null;
  /** Whether there is a refresh token, and somewhere to take it. */
  readonly isRefreshable: boolean;
}

/** The moment that is decided about. */
export interface RefreshMoment {
  readonly nowMs: number;
  /** How long before its end a credential is replaced. */
  readonly aheadMs: number;
  /** The version that a third party has just refused. */
  readonly refusedVersion: number | null;
}

/** Whether a credential is good as it is, better refreshed, no good before it is, or no good at all. */
export type RefreshNeed = 'none' | 'useful' | 'needed' | 'hopeless';

/**
 * How long a refreshed credential is not refreshed again because a third party refuses it. A tool that provokes refusals
 * must not be able to make us ask a token endpoint without end.
 */
export const REFUSED_AGAIN_MS = 30_000;

/** Decides whether a credential has to be refreshed before it is used. */
export function refreshNeed(facts: RefreshFacts, moment: RefreshMoment): RefreshNeed {
  const { expiresAtMs, isRefreshable } = facts;
  if (isRefused(facts, moment)) return isRefreshable && !isFresh(facts, moment) ? 'needed' : 'hopeless';
  if (expiresAtMs === null) return 'none';
  if (expiresAtMs <= moment.nowMs) return isRefreshable ? 'needed' : 'hopeless';
  return isRefreshable && dueAtMs(facts, expiresAtMs, moment) <= moment.nowMs ? 'useful' : 'none';
}

function isRefused({ contentVersion }: RefreshFacts, { refusedVersion }: RefreshMoment): boolean {
  return refusedVersion !== null && contentVersion <= refusedVersion;
}

function isFresh({ refreshedAtMs }: RefreshFacts, { nowMs }: RefreshMoment): boolean {
  return refreshedAtMs !== null && nowMs < refreshedAtMs + REFUSED_AGAIN_MS;
}

/** Tokens that live shorter than they are to be replaced ahead are replaced in the middle of their life. */
function dueAtMs(facts: RefreshFacts, expiresAtMs: number, { aheadMs }: RefreshMoment): number {
  const issuedAtMs = facts.refreshedAtMs ?? facts.connectedAtMs;
  return expiresAtMs - Math.min(aheadMs, (expiresAtMs - issuedAtMs) / 2);
}

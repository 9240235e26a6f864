import type { JWTPayload } from 'jose';
import type { TokenFault } from './token-fault.ts';

/** How far the clocks of two machines may be apart. */
export const CLOCK_SKEW_SECONDS = 30;

const MAX_TEXT_CHARACTERS = 255;

/** What the times of a token must be like. */
export interface TimeRules {
  /** Now, as Unix time in seconds. */
  readonly now: number;
  /** The longest time that a token may be valid for, counted from `iat` or, where that may be left out, from now. */
  readonly maxLifetimeSeconds?: number;
  /** Whether `iat` must be there. */
  readonly needsIssuedAt: boolean;
}

/** Checks `exp`, `nbf` and `iat` (RFC 7519 sections 4.1.4 to 4.1.6), with {@link CLOCK_SKEW_SECONDS}. */
export function timeFault(
  { exp, nbf, iat }: JWTPayload,
  { now, maxLifetimeSeconds = Number.POSITIVE_INFINITY, needsIssuedAt }: TimeRules,
): TokenFault | null {
  if (!isTime(exp)) return notATime('exp');
  if (!isTime(iat) && (needsIssuedAt || iat !== undefined)) return notATime('iat');
  if (!isTime(nbf) && nbf !== undefined) return notATime('nbf');
  if (exp + CLOCK_SKEW_SECONDS <= now) return { kind: 'expired' };
  if (Math.max(iat ?? now, nbf ?? now) > now + CLOCK_SKEW_SECONDS) return { kind: 'too_early' };
  const lifetimeSeconds = exp - Math.min(iat ?? now, now);
  if (lifetimeSeconds <= maxLifetimeSeconds + CLOCK_SKEW_SECONDS) return null;
  return { kind: 'lifetime', maxSeconds: maxLifetimeSeconds };
}

/** Checks that `aud` is one of what is expected, and nothing besides. */
export function audienceFault({ aud }: JWTPayload, expected: readonly string[]): TokenFault | null {
  const [audience, ...more] = [aud].flat();
  if (audience !== undefined && more.length === 0 && expected.includes(audience)) return null;
  return { kind: 'audience', expected };
}

/** Checks that claims are there, as texts of a sensible length. */
export function textFault(claims: JWTPayload, ...names: readonly string[]): TokenFault | null {
  const claim = names.find(name => !isText(claims[name]));
  if (claim === undefined) return null;
  return { kind: 'claim', claim, rule: `a text of 1 to ${MAX_TEXT_CHARACTERS} characters` };
}

/** Refuses claims that would narrow what a token is good for, in a way that is not understood here. */
export function narrowingFault(claims: JWTPayload): TokenFault | null {
  const claim = ['cnf', 'authorization_details'].find(name => claims[name] !== undefined);
  return claim === undefined ? null : { kind: 'unsupported_claim', claim };
}

/** The scopes in a claim: a text with spaces (RFC 8693 section 4.2), or a list. Anything else has none. */
export function scopesIn(claim: unknown): string[] {
  const values: unknown[] = Array.isArray(claim) ? claim : [claim];
  return values.filter(value => typeof value === 'string').flatMap(value => value.split(' ').filter(Boolean));
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function notATime(claim: string): TokenFault {
  return { kind: 'claim', claim, rule: 'a Unix time in seconds' };
}

/** Lone surrogates are no text: all of them would read alike. */
function isText(value: unknown): value is string {
  return (
    typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_CHARACTERS && value.isWellFormed()
  );
}

import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import type { Env } from '../env.ts';
import type { SignedToken } from '../identity/signed-token.ts';
import { CLOCK_SKEW_SECONDS } from '../identity/token-checks.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import type { UserName } from './user-id.ts';

/** A token that is good once. */
export interface SingleUseToken {
  /** SHA-256 of what it is for, its issuer and its `jti`, base64url. */
  readonly hash: string;
  /** When it is refused for its age anyhow; Unix time in milliseconds. */
  readonly expiresAtMs: number;
}

/** Takes tokens that are good once; the account object implements it. */
export interface SingleUse {
  /** Whether this is the first use. However many ask at the same moment, one is told so. */
  useOnce(token: SingleUseToken): Promise<boolean>;
}

/** A checked token as something that is good once (RFC 7519 section 4.1.7). `use` keeps kinds of tokens apart. */
export function singleUseOf(use: string, { claims }: SignedToken): SingleUseToken {
  const { iss = '', jti = '', exp = 0 } = claims;
  return {
    hash: toBase64url(sha256(lengthPrefixed(use, iss, jti))),
    expiresAtMs: Math.ceil(exp + CLOCK_SKEW_SECONDS) * 1000,
  };
}

/** The account object of a user, as what remembers the tokens that were used. */
export function singleUseAt(env: Env, { tenant, subject }: UserName): SingleUse {
  return accountObject<SingleUse>(env, { tenant, subject });
}

import { reportFault } from '../../src/errors.ts';
import type { Standing } from '../../src/grants/refresh-check.ts';
import type { recheck } from '../../src/identity/provider-recheck.ts';
import type { IdentityProvider } from '../../src/identity/settings.ts';
import type { LastSignIn, UpstreamIdentity } from './upstream-identity.ts';
import type { AccountOwner } from './user-key.ts';

/**
 * How long an answer of the provider serves other refreshes of the same user too. Apps that wake up together refresh
 * together, and must not wait for a provider that is down one after the other; and nobody's removal is to wait for this.
 */
export const SAME_MOMENT_MS = 2000;

/** For how long a sign-in speaks for itself when a code is redeemed. */
export const JUST_SIGNED_IN_MS = 10_000;

const UNCHANGED: Standing = { kind: 'good', rights: null };
const UNKNOWN: Standing = { kind: 'unknown' };
const SIGN_IN_AGAIN: Standing = {
  kind: 'over',
  description: 'The sign-in of this user is over; sign in again.',
};
const REFUSED: Standing = {
  kind: 'over',
  description: 'The identity provider no longer lets this user in. All of their access has ended.',
};
const PROVIDER_GONE: Standing = {
  kind: 'over',
  description: 'The identity provider of this user is no longer in use here. All of their access has ended.',
};

/** What a check of a person needs. */
export interface PersonCheckParts {
  readonly owner: AccountOwner;
  readonly upstream: UpstreamIdentity;
  readonly providers: () => readonly IdentityProvider[];
  /** Whether there may be people without a provider. */
  readonly isDevelopment: boolean;
  /** How long a sign-in is good whose provider cannot be asked again. */
  readonly signInTtlMs: number;
  /** Ends all access of the user. */
  readonly endUser: () => Promise<void>;
  readonly recheck: typeof recheck;
}

/** Checks that a user's identity provider still vouches for them, and ends all of their access where it does not. */
export class PersonCheck {
  readonly #parts: PersonCheckParts;
  #last: { readonly atMs: number; readonly signedInAtMs: number; readonly standing: Standing } | undefined;

  constructor(parts: PersonCheckParts) {
    this.#parts = parts;
  }

  /** Whatever goes wrong here leaves the standing unknown. */
  async check(isCode = false): Promise<Standing> {
    try {
      return await this.#check(this.#parts.upstream.read(), isCode);
    } catch (error) {
      reportFault('person_not_checked', error);
      return UNKNOWN;
    }
  }

  #check(signIn: LastSignIn | null, isCode: boolean): Standing | Promise<Standing> {
    const { owner, providers, isDevelopment, signInTtlMs } = this.#parts;
    if (!signIn) return isDevelopment && !owner.subject.includes('|') ? UNCHANGED : SIGN_IN_AGAIN;
    if (isCode && Date.now() < signIn.signedInAtMs + JUST_SIGNED_IN_MS) return UNCHANGED;
    const provider = providers().find(({ id }) => id === signIn.provider);
    if (!provider) return this.#endWith(PROVIDER_GONE);
    if (signIn.sealedToken) return this.#askOnce(provider, signIn, signIn.sealedToken);
    return Date.now() < signIn.signedInAtMs + signInTtlMs ? UNCHANGED : SIGN_IN_AGAIN;
  }

  /** Token requests of a user come one at a time, so an answer that is shared was asked for by an earlier one. */
  async #askOnce(
    provider: IdentityProvider,
    { signedInAtMs }: LastSignIn,
    sealedToken: Uint8Array<ArrayBuffer>,
  ): Promise<Standing> {
    const last = this.#last;
    if (last?.signedInAtMs === signedInAtMs && Date.now() - last.atMs < SAME_MOMENT_MS) return last.standing;
    const standing = await this.#ask(provider, sealedToken);
    this.#last = { atMs: Date.now(), signedInAtMs, standing };
    return standing;
  }

  async #ask(provider: IdentityProvider, sealedToken: Uint8Array<ArrayBuffer>): Promise<Standing> {
    const { owner, upstream, recheck } = this.#parts;
    const refreshToken = this.#tokenIn(sealedToken);
    if (refreshToken === null) return SIGN_IN_AGAIN;
    let asked = sealedToken;
    const answer = await recheck(provider, owner, refreshToken, rotated => {
      asked = upstream.rotated(asked, rotated);
    });
    if (answer.kind === 'unanswered') return UNKNOWN;
    // Who signed in anew meanwhile is asked about with the new sign-in, when the client tries again.
    if (!upstream.isCurrent(asked)) return UNKNOWN;
    if (answer.kind === 'refused') return this.#endWith(REFUSED);
    upstream.verified(Date.now());
    return { kind: 'good', rights: answer.rights };
  }

  /** A token that cannot be opened asks nobody, and what cannot be checked is not allowed. */
  #tokenIn(sealedToken: Uint8Array): string | null {
    try {
      return this.#parts.upstream.tokenOf(sealedToken);
    } catch (error) {
      reportFault('upstream_token_unreadable', error);
      return null;
    }
  }

  async #endWith(standing: Standing): Promise<Standing> {
    await this.#parts.endUser();
    return standing;
  }
}

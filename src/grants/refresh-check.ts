import {
  GrantType,
  OAuthError,
  type TokenExchangeCallbackOptions,
  type TokenExchangeCallbackResult,
} from '@cloudflare/workers-oauth-provider';
import type { Env } from '../env.ts';
import type { Rights } from '../principal.ts';
import type { GrantProps } from './installation.ts';

/** Whether a person may go on. */
export type Standing =
  /** They may, with these rights; null where they are as they were. */
  | { readonly kind: 'good'; readonly rights: Rights | null }
  /** They may not; the words are for the client's developer and the person. */
  | { readonly kind: 'over'; readonly description: string }
  /** It could not be found out. */
  | { readonly kind: 'unknown' };

/** The environment of token requests that an account serves: there, whose they are can be checked again. */
export interface CheckingEnv extends Env {
  readonly checkPerson?: (isCode: boolean) => Promise<Standing>;
}

/** When a client may try again that came while nothing could be found out. */
const RETRY_AFTER_SECONDS = 5;

/**
 * The authorization library's `tokenExchangeCallback`: before a refresh is answered, whose it is is checked again. The library has
 * looked at token and client by then, and has changed nothing yet.
 * @throws OAuthError `invalid_grant`, by which the library ends the grant; `temporarily_unavailable`, by which nothing is lost.
 */
export async function checkAtRefresh({
  grantType,
  props,
  env,
}: TokenExchangeCallbackOptions<Env>): Promise<TokenExchangeCallbackResult | undefined> {
  const { checkPerson } = env as CheckingEnv;
  // A code is as old as the sign-in that it came by. Tokens for proofs are redeemed without anybody to ask.
  if (grantType !== GrantType.REFRESH_TOKEN && !checkPerson) return undefined;
  const standing = checkPerson
    ? await checkPerson(grantType === GrantType.AUTHORIZATION_CODE)
    : ({ kind: 'unknown' } as const);
  if (standing.kind === 'over') throw new OAuthError('invalid_grant', { description: standing.description });
  if (standing.kind === 'unknown') throw unavailable();
  const { rights } = standing;
  if (rights === null) return undefined;
  const { roles: _, groups: __, ...others } = props as GrantProps;
  return { newProps: { ...others, ...rights } satisfies GrantProps };
}

function unavailable(): OAuthError {
  return new OAuthError('temporarily_unavailable', {
    description: 'The identity provider of this user cannot be asked right now. Try again in a while.',
    statusCode: 503,
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  });
}

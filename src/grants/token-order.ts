import type { Env } from '../env.ts';
import type { Rights } from '../principal.ts';
import { accountObject } from '../session-key/tenant-objects.ts';
import type { Proof } from './proof.ts';
import type { Site } from './resources.ts';
import type { SingleUseToken } from './single-use.ts';
import type { UserName } from './user-id.ts';

/** An access token that somebody may have by a proof they brought, without a browser. Everything in it was checked. */
export interface TokenOrder extends Rights {
  readonly owner: UserName;
  readonly site: Site;
  /** The id of the client, which is one of `OAUTH_CLIENTS` and has proved who it is. */
  readonly client: string;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly proof: Proof;
  /** The proof as what is good once, where it is. */
  readonly singleUse: SingleUseToken | null;
}

/** What became of an order: the answer of the token endpoint, or why there is none. */
export type TokenDelivery =
  | { readonly kind: 'issued'; readonly body: string }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'used' };

/** Makes access tokens for proofs; the account object implements it. */
export interface TokenMaker {
  makeToken(order: TokenOrder): Promise<TokenDelivery>;
}

/** The account object of a user, as what makes tokens for proofs that they, or their client, brought. */
export function tokenMakerOf(env: Env, { tenant, subject }: UserName): TokenMaker {
  return accountObject<TokenMaker>(env, { tenant, subject });
}

import type { OAuthAuthorizationServer } from '@cloudflare/workers-oauth-provider';
import { type Env, settingsOf } from '../../src/env.ts';
import { proofServer } from '../../src/grants/authorization-server.ts';
import { type GrantStore, withGrantStores } from '../../src/grants/grant-store.ts';
import type { TokenDelivery, TokenOrder } from '../../src/grants/token-order.ts';
import type { UserAccess } from '../../src/grants/user-access.ts';
import { userIdOf } from '../../src/grants/user-id.ts';
import { isStanding, type StandingInstallations } from './standing-installations.ts';
import { INTERNAL_REDIRECT_URI, type MadeToken, TokenFactory } from './token-factory.ts';
import { UsedTokens } from './used-tokens.ts';

/** What a desk needs of the account that it is in. */
export type DeskAccount = GrantStore & Pick<UserAccess, 'isProofGood'>;

/** Hands out tokens for proofs in one account: client credentials and assertions, which no browser comes with. */
export class ProofDesk {
  readonly #sql: SqlStorage;
  readonly #env: Env;
  readonly #account: DeskAccount;
  readonly #standing: StandingInstallations;

  constructor(sql: SqlStorage, env: Env, account: DeskAccount, standing: StandingInstallations) {
    this.#sql = sql;
    this.#env = env;
    this.#account = account;
    this.#standing = standing;
  }

  /** Makes one token, if the proof still counts, and still does when the token is there. */
  async serve(order: TokenOrder, ctx: ExecutionContext): Promise<TokenDelivery> {
    const { client, resource, singleUse } = order;
    if (!(await this.#isGood(order))) return { kind: 'withdrawn' };
    if (singleUse && !new UsedTokens(this.#sql).use(singleUse, Date.now())) return { kind: 'used' };
    const installation = this.#standing.of(client, resource);
    const userId = userIdOf(settingsOf(this.#env).keyRing, order.owner);
    const { server, env } = this.#library(order);
    const made = await this.#make(order, () =>
      new TokenFactory(server, env).make(order, userId, installation, ctx),
    );
    if (made === null) return { kind: 'withdrawn' };
    const { body, grantId } = made;
    // Other requests ran meanwhile: one may have ended the installation, or the user's access.
    if (isStanding(this.#sql, installation.id) && (await this.#isGood(order)))
      return { kind: 'issued', body };
    await server.getOAuthApi(env).revokeGrant(grantId, userId);
    return { kind: 'withdrawn' };
  }

  /** What is made while access ends may fail at that: then the proof counts no more. */
  async #make(order: TokenOrder, make: () => Promise<MadeToken>): Promise<MadeToken | null> {
    try {
      return await make();
    } catch (error) {
      if (await this.#isGood(order)) throw error;
      return null;
    }
  }

  #isGood({ proof }: TokenOrder): Promise<boolean> {
    return this.#account.isProofGood(proof);
  }

  /** The library, to which the client is a public one for this step: it has proved itself already. */
  #library({ site, client }: TokenOrder): { server: OAuthAuthorizationServer<Env>; env: Env } {
    const proven = { id: client, redirectUris: [INTERNAL_REDIRECT_URI] };
    const env = withGrantStores(this.#env, () => this.#account, proven);
    return { server: proofServer(site, settingsOf(this.#env)), env };
  }
}

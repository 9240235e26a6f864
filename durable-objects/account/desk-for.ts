import { type Env, isDevelopment, settingsOf } from '../../src/env.ts';
import { authorizationServer } from '../../src/grants/authorization-server.ts';
import type { ProvenClient } from '../../src/grants/clients/client-overlay.ts';
import { type GrantStore, type TokenRequestPlace, withGrantStores } from '../../src/grants/grant-store.ts';
import type { CheckingEnv } from '../../src/grants/refresh-check.ts';
import { recheck } from '../../src/identity/provider-recheck.ts';
import { identityProviders } from '../../src/identity/settings.ts';
import { PersonCheck } from './person-check.ts';
import type { SealedRows } from './sealed-rows.ts';
import { TokenDesk } from './token-desk.ts';

/** What of an account its token desk works with. */
export interface DeskParts {
  /** The user's grants; none may come back to life in it. */
  readonly store: GrantStore;
  readonly sealedRows: SealedRows;
  /** Told the key of a grant whose code has just been redeemed. */
  readonly onRedeemed: (grantKey: string) => void;
  /** Ends all access of the user. */
  readonly endUser: () => Promise<void>;
}

/** The token desk of one user, over their account. */
export function deskFor(env: Env, { owner }: Pick<TokenRequestPlace, 'owner'>, parts: DeskParts): TokenDesk {
  const settings = settingsOf(env);
  const { store, sealedRows, endUser, onRedeemed } = parts;
  const check = new PersonCheck({
    owner,
    upstream: sealedRows.upstream,
    providers: () => identityProviders(env),
    isDevelopment: isDevelopment(settings),
    signInTtlMs: settings.SIGN_IN_TTL_SECONDS * 1000,
    endUser,
    recheck,
  });
  const envFor = (proven: ProvenClient | null): CheckingEnv => ({
    ...withGrantStores(env, () => store, proven),
    checkPerson: isCode => check.check(isCode),
  });
  return new TokenDesk(
    site => authorizationServer(site, settings),
    envFor,
    sealedRows.redemptions,
    onRedeemed,
  );
}

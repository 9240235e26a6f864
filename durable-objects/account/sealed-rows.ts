import type { SealingKey } from '../../src/crypto/envelope.ts';
import type { KeyRing } from '../../src/crypto/key-ring.ts';
import { KeyedRequests } from './idempotency.ts';
import { Redemptions } from './redemptions.ts';
import { SessionLabels } from './session-labels.ts';
import { StandingInstallations } from './standing-installations.ts';
import { UpstreamIdentity } from './upstream-identity.ts';
import { type AccountOwner, dataKey, userKey } from './user-key.ts';

/** What an account keeps sealed, each kind under a subkey of its user's key. */
export class SealedRows {
  readonly redemptions: Redemptions;
  readonly upstream: UpstreamIdentity;
  readonly labels: SessionLabels;
  readonly keyedRequests: KeyedRequests;
  readonly standing: StandingInstallations;

  constructor(sql: SqlStorage, keyRing: KeyRing, owner: AccountOwner) {
    const keyFor = (use: string) => (): SealingKey => dataKey(userKey(sql, keyRing, owner), use);
    this.redemptions = new Redemptions(sql, owner, keyFor('token-answer'));
    this.labels = new SessionLabels(owner, keyFor('session-label'));
    this.keyedRequests = new KeyedRequests(sql, owner, keyFor('keyed-request'));
    this.standing = new StandingInstallations(sql, owner, keyFor('standing-installation'));
    this.upstream = new UpstreamIdentity(sql, owner, keyFor('upstream-token'));
  }
}

import { type Env, settingsOf } from '../../src/env.ts';
import type { UserName } from '../../src/grants/user-id.ts';
import { inObject, meterOf } from '../../src/telemetry/meter.ts';
import { connectionFor } from '../../src/vault/connections.ts';
import { recordCredentialEvent } from '../../src/vault/credential-audit.ts';
import { recordStoreOf } from '../../src/vault/record-store.ts';
import { refreshAtThirdParty } from '../../src/vault/refresh-grant.ts';
import { revokeAtThirdParty } from '../../src/vault/revocation.ts';
import { accountTrail } from '../audit/account-trail.ts';
import { CredentialDesk } from './credential-desk.ts';
import type { RecordPublisher } from './record-publisher.ts';

/** The desk for the credentials of one owner, over their account. */
export function credentialDeskFor(
  env: Env,
  ctx: DurableObjectState,
  publisher: RecordPublisher,
  owner: UserName,
): CredentialDesk {
  const { keyRing, CREDENTIAL_REFRESH_AHEAD_SECONDS } = settingsOf(env);
  const trail = accountTrail(env, ctx.storage, owner);
  return new CredentialDesk({
    storage: ctx.storage,
    owner,
    keyRing,
    records: recordStoreOf(env),
    publisher,
    refresh: async (oauth, credential) => {
      const outcome = await refreshAtThirdParty(oauth, credential);
      const meter = meterOf(env, owner.tenant);
      meter.count(inObject, 'gatehouse_credential_refreshes_total', [outcome.kind]);
      return outcome;
    },
    revoke: revokeAtThirdParty,
    connectionOf: id => connectionFor(env, owner.tenant, id),
    aheadMs: CREDENTIAL_REFRESH_AHEAD_SECONDS * 1000,
    inBackground: work => ctx.waitUntil(work),
    onEvent: event => recordCredentialEvent(trail, event),
  });
}

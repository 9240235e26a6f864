import { accountTrailOf } from '../../audit/audit-trail.ts';
import type { KeyRing } from '../../crypto/key-ring.ts';
import type { Env } from '../../env.ts';
import { settingsOf } from '../../env.ts';
import { GatehouseError } from '../../errors.ts';
import type { UserName } from '../../grants/user-id.ts';
import type { Connection } from '../connection.ts';
import type { CredentialAnswer, CredentialQuestion, CredentialSource } from '../credential.ts';
import { recordCredentialEvent } from '../credential-audit.ts';
import type { OnCredentialEvent } from '../credential-events.ts';
import { type CredentialLedger, credentialLedgerOf, type HeldCredential } from '../credential-ledger.ts';
import { credentialOwner } from '../credential-owner.ts';
import { openRecord, recordKey } from '../credential-record.ts';
import { type RecordStore, recordStoreOf } from '../record-store.ts';

/** What the backend reads from. */
export interface RecordParts {
  readonly keyRing: KeyRing;
  readonly records: RecordStore;
  readonly ledgerOf: (owner: UserName) => CredentialLedger;
  /** A record was refused. It is awaited, and where it fails, so does the use of the credential, which is refused anyhow. */
  readonly onEvent: OnCredentialEvent;
}

/** Credentials that people connected or entered: sealed records in KV, of which the owner's account says which one counts. */
export class RecordBackend implements CredentialSource {
  readonly #parts: RecordParts;

  constructor(parts: RecordParts) {
    this.#parts = parts;
  }

  async credentialFor({
    user,
    server,
    connection,
    refusedVersion,
  }: CredentialQuestion): Promise<CredentialAnswer> {
    const { keyRing, ledgerOf, onEvent } = this.#parts;
    const owner = credentialOwner({ owner: connection.owner, user, server });
    const ask = () => ledgerOf(owner).currentCredential(owner, connection, refusedVersion ?? null);
    const { held, record } = await this.#read(ask, owner, connection.id);
    if (held.kind === 'unavailable') throw unavailable(connection);
    if (held.kind === 'unreadable') throw unreadable(connection);
    if (held.kind !== 'ready') return held;
    const place = { owner, connection: connection.id, origins: connection.origins, version: held.version };
    const opened = await openRecord(keyRing, place, record);
    if (opened.kind === 'opened')
      return { kind: 'ready', credential: opened.credential, version: held.version };
    await onEvent({ ...opened, owner, connection: connection.id, version: held.version });
    throw unreadable(connection);
  }

  /** A record that is not there may have been replaced since its version was told; then there is a newer version. */
  async #read(ask: () => Promise<HeldCredential>, owner: UserName, connection: string): Promise<ReadRecord> {
    let absent: number | null = null;
    for (;;) {
      const held = await ask();
      if (held.kind !== 'ready') return { held, record: null };
      const { version } = held;
      const record = held.record ?? (await this.#parts.records.get(recordKey(owner, connection, version)));
      if (record !== null || version === absent) return { held, record };
      absent = version;
    }
  }
}

interface ReadRecord {
  readonly held: HeldCredential;
  readonly record: string | null;
}

/** The backend over the bindings of the gateway. */
export function recordBackend(env: Env): CredentialSource {
  const { keyRing } = settingsOf(env);
  return new RecordBackend({
    keyRing,
    records: recordStoreOf(env),
    ledgerOf: owner => credentialLedgerOf(env, owner),
    onEvent: event => recordCredentialEvent(accountTrailOf(env, event.owner), event),
  });
}

function unavailable({ name }: Connection): GatehouseError {
  const message = `The credential for ${name} cannot be renewed right now. Try again in a while.`;
  return new GatehouseError('credential_unavailable', message);
}

function unreadable({ name }: Connection): GatehouseError {
  const message = `The stored credential for ${name} failed a check and is not used. Connect it again.`;
  return new GatehouseError('sealed_unreadable', message);
}

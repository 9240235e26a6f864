import { authorizationBinding } from '../../src/vault/authorization-binding.ts';
import type { Connection } from '../../src/vault/connection.ts';
import type { ConnectionStatus, Credential } from '../../src/vault/credential.ts';
import type { DropCause } from '../../src/vault/credential-events.ts';
import type { HeldCredential, RewrapCount } from '../../src/vault/credential-ledger.ts';
import type { RefreshGrant } from '../../src/vault/refresh-grant.ts';
import { type RefreshNeed, refreshNeed } from '../../src/vault/refresh-need.ts';
import type { Revocation } from '../../src/vault/revocation.ts';
import type { LedgerEntry } from './credential-ledger.ts';
import { CredentialRefresh } from './credential-refresh.ts';
import { rewrap } from './credential-rewrap.ts';
import { CredentialShelf, type ShelfParts } from './credential-shelf.ts';
import { revocableCredential } from './revocable-credential.ts';

/** What a desk works with. */
export interface CredentialDeskParts extends ShelfParts {
  readonly refresh: RefreshGrant;
  readonly revoke: Revocation;
  /** The connection of an id as it is now; null where there is none any more. */
  readonly connectionOf: (id: string) => Promise<Connection | null>;
  /** How long before its end a credential is replaced. */
  readonly aheadMs: number;
  /** Keeps the object awake for a refresh or a revocation, even when whoever asked for it is gone. */
  readonly inBackground: (work: Promise<unknown>) => void;
}

const MISSING = { kind: 'missing' } as const;
const DEAD = { kind: 'dead' } as const;
const UNAVAILABLE = { kind: 'unavailable' } as const;
const UNREADABLE = { kind: 'unreadable' } as const;
const NOTHING: ConnectionStatus = { state: 'missing', connectedAtMs: null, expiresAtMs: null };

/** Gives out and takes in the credentials of one owner, from the one place that knows which of them count. */
export class CredentialDesk {
  readonly #parts: CredentialDeskParts;
  readonly #shelf: CredentialShelf;
  readonly #refresh: CredentialRefresh;
  /** How often everything was dropped. What was begun before that comes to nothing. */
  #ends = 0;

  constructor(parts: CredentialDeskParts) {
    const { owner, refresh, onEvent } = parts;
    this.#parts = parts;
    this.#shelf = new CredentialShelf(parts);
    this.#refresh = new CredentialRefresh({
      shelf: this.#shelf,
      grant: refresh,
      onRefreshed: (connection, version) => onEvent({ kind: 'refreshed', owner, connection, version }),
    });
  }

  /** The record to use now, refreshed where that is due. */
  async current(connection: Connection, refusedVersion: number | null): Promise<HeldCredential> {
    const entry = this.#shelf.entries.read(connection.id);
    const need = entry ? this.#need(connection, entry, refusedVersion) : 'none';
    if (entry && this.#refresh.isDue(connection, need, Date.now())) {
      const flight = this.#refresh.once(connection, entry);
      this.#parts.inBackground(flight.catch(() => {}));
      if (!(await flight)) return UNREADABLE;
    }
    return this.#held(connection, refusedVersion);
  }

  /**
   * @param prepare is awaited first.
   * @returns false where everything was dropped meanwhile: then it is not kept.
   */
  async keep(
    { id, origins, oauth }: Connection,
    credential: Credential,
    prepare: () => Promise<void>,
  ): Promise<boolean> {
    const ends = this.#ends;
    await prepare();
    const begins = {
      connectedAtMs: Date.now(),
      refreshedAtMs: null,
      refreshBeganAtMs: null,
      contentVersion: null,
      announces: 'kept',
    } as const;
    const isFor = { origins: origins.toSorted(), binding: authorizationBinding(oauth) };
    const shelved = { connection: id, ...isFor, credential, ...begins };
    const version = await this.#shelf.store(shelved, () => this.#ends === ends);
    await this.#parts.publisher.run();
    return version !== null;
  }

  /** Forgets a credential, and has it revoked at its third party, which is not waited for. @returns false where there was none. */
  async drop(connection: Connection): Promise<boolean> {
    const { inBackground, revoke } = this.#parts;
    const found = this.#shelf.entries.read(connection.id);
    const revocable = found && (await revocableCredential(connection, found, this.#shelf.open(found)));
    const entry = this.#shelf.entries.read(connection.id);
    if (connection.oauth && revocable) inBackground(revoke(connection.oauth, revocable));
    return entry !== null && this.#drop([entry], 'asked');
  }

  /**
   * All access of the owner has ended: nothing of theirs stays, here or in KV. It is gone here in this turn. What third parties gave is
   * revoked there as {@link drop} does, where it can still be read.
   */
  async dropAll(cause: DropCause): Promise<void> {
    this.#ends += 1;
    const entries = this.#shelf.entries.list();
    for (const entry of entries) this.#parts.inBackground(this.#revokeLater(entry).catch(() => {}));
    await this.#drop(entries, cause);
  }

  /** Begins to read the credential in this turn, since it is gone after that. */
  async #revokeLater(entry: LedgerEntry): Promise<void> {
    const { connectionOf, revoke } = this.#parts;
    const opening = this.#shelf.open(entry).catch(() => null);
    const connection = await connectionOf(entry.connection);
    const revocable = connection && (await revocableCredential(connection, entry, opening));
    if (connection?.oauth && revocable) await revoke(connection.oauth, revocable);
  }

  status(connection: Connection): ConnectionStatus {
    const entry = this.#shelf.entries.read(connection.id);
    if (!entry) return NOTHING;
    const { connectedAtMs, expiresAtMs } = entry;
    const isDead = this.#need(connection, entry, null) === 'hopeless';
    return { state: isDead ? 'dead' : 'connected', connectedAtMs, expiresAtMs };
  }

  /** See {@link rewrap}. */
  rewrap(): Promise<RewrapCount> {
    return rewrap(this.#shelf, this.#parts.publisher, this.#parts.keyRing.current);
  }

  async #drop(entries: readonly LedgerEntry[], cause: DropCause): Promise<boolean> {
    const { publisher } = this.#parts;
    // What could not be put on record is no reason to leave a credential in KV.
    await this.#shelf.drop(entries, cause).finally(() => publisher.run());
    return entries.length > 0;
  }

  #held(connection: Connection, refusedVersion: number | null): HeldCredential {
    const entry = this.#shelf.entries.read(connection.id);
    if (!entry) return MISSING;
    const need = this.#need(connection, entry, refusedVersion);
    if (need === 'hopeless') return DEAD;
    if (need === 'needed') return UNAVAILABLE;
    const { version } = entry;
    return { kind: 'ready', version, record: this.#shelf.copies.copyOf(connection.id, version) };
  }

  #need(connection: Connection, entry: LedgerEntry, refusedVersion: number | null): RefreshNeed {
    if (entry.isDead || !isOf(connection, entry)) return 'hopeless';
    const isRefreshable = entry.hasRefreshToken && connection.oauth !== null;
    const { aheadMs } = this.#parts;
    return refreshNeed({ ...entry, isRefreshable }, { nowMs: Date.now(), aheadMs, refusedVersion });
  }
}

/**
 * A credential is not sent to other origins than those it was connected for, nor its refresh token to another authorization server than
 * the one that gave it. A connection that leads to others by now has to be connected again.
 */
function isOf({ origins, oauth }: Connection, entry: LedgerEntry): boolean {
  const isForThese = JSON.stringify(origins.toSorted()) === JSON.stringify(entry.origins);
  return isForThese && authorizationBinding(oauth) === entry.binding;
}

import type { Connection } from '../../src/vault/connection.ts';
import type { ConnectionStatus, Credential } from '../../src/vault/credential.ts';
import type { HeldCredential } from '../../src/vault/credential-ledger.ts';
import type { RefreshGrant } from '../../src/vault/refresh-grant.ts';
import { type RefreshNeed, refreshNeed } from '../../src/vault/refresh-need.ts';
import type { LedgerEntry } from './credential-ledger.ts';
import { CredentialRefresh } from './credential-refresh.ts';
import { CredentialShelf, type ShelfParts } from './credential-shelf.ts';

/** What a desk works with. */
export interface CredentialDeskParts extends ShelfParts {
  readonly refresh: RefreshGrant;
  /** How long before its end a credential is replaced. */
  readonly aheadMs: number;
  /** Keeps the object awake for what nobody waits for. */
  readonly inBackground: (work: Promise<void>) => void;
}

const MISSING = { kind: 'missing' } as const;
const DEAD = { kind: 'dead' } as const;
const UNAVAILABLE = { kind: 'unavailable' } as const;
const UNREADABLE = { kind: 'unreadable' } as const;
const NOTHING: ConnectionStatus = { state: 'missing', connectedAtMs: null, expiresAtMs: null };

/** Gives out and takes in the credentials of one owner, from the one place that knows which of them count. */
export class CredentialDesk {
  readonly shelf: CredentialShelf;
  readonly #parts: CredentialDeskParts;
  readonly #refresh: CredentialRefresh;

  constructor(parts: CredentialDeskParts) {
    this.#parts = parts;
    this.shelf = new CredentialShelf(parts);
    this.#refresh = new CredentialRefresh(this.shelf, parts.refresh);
  }

  /** The record to use now, refreshed where that is due. */
  async current(connection: Connection, refusedVersion: number | null): Promise<HeldCredential> {
    const entry = this.shelf.entries.read(connection.id);
    if (entry && this.#isRefreshDue(connection, entry, refusedVersion)) {
      const isReadable = await this.#refresh.once(connection, entry);
      if (!isReadable) return UNREADABLE;
    }
    this.#catchUp();
    return this.#held(connection, refusedVersion);
  }

  async keep({ id, origins }: Connection, credential: Credential): Promise<void> {
    const begins = { connectedAtMs: Date.now(), refreshedAtMs: null, contentVersion: null };
    const shelved = { connection: id, origins: origins.toSorted(), credential, ...begins };
    await this.shelf.store(shelved, () => true);
    await this.shelf.publisher.run();
  }

  async drop(connection: string): Promise<boolean> {
    const wasThere = await this.shelf.drop(connection);
    await this.shelf.publisher.run();
    return wasThere;
  }

  status(connection: Connection): ConnectionStatus {
    const entry = this.shelf.entries.read(connection.id);
    if (!entry) return NOTHING;
    const { connectedAtMs, expiresAtMs } = entry;
    const isDead = this.#need(connection, entry, null) === 'hopeless';
    return { state: isDead ? 'dead' : 'connected', connectedAtMs, expiresAtMs };
  }

  #isRefreshDue(connection: Connection, entry: LedgerEntry, refusedVersion: number | null): boolean {
    const need = this.#need(connection, entry, refusedVersion);
    if (need === 'useful') return !this.#refresh.hasJustFailed(connection.id, Date.now());
    return need === 'needed';
  }

  #held(connection: Connection, refusedVersion: number | null): HeldCredential {
    const entry = this.shelf.entries.read(connection.id);
    if (!entry) return MISSING;
    const need = this.#need(connection, entry, refusedVersion);
    if (need === 'hopeless') return DEAD;
    if (need === 'needed') return UNAVAILABLE;
    const { version } = entry;
    return { kind: 'ready', version, record: this.shelf.copies.copyOf(connection.id, version) };
  }

  /** A credential is not sent to other origins than those it was connected for, so with others it is no good at all. */
  #need(connection: Connection, entry: LedgerEntry, refusedVersion: number | null): RefreshNeed {
    const isForThese = JSON.stringify(connection.origins.toSorted()) === JSON.stringify(entry.origins);
    if (entry.isDead || !isForThese) return 'hopeless';
    const isRefreshable = entry.hasRefreshToken && connection.oauth !== null;
    const { aheadMs } = this.#parts;
    return refreshNeed({ ...entry, isRefreshable }, { nowMs: Date.now(), aheadMs, refusedVersion });
  }

  #catchUp(): void {
    const { publisher } = this.shelf;
    if (publisher.isBehind(Date.now())) this.#parts.inBackground(publisher.run());
  }
}

import type { Connection } from '../../src/vault/connection.ts';
import type { OAuthCredential, RefreshGrant, RefreshOutcome } from '../../src/vault/refresh-grant.ts';
import type { LedgerEntry } from './credential-ledger.ts';
import type { CredentialShelf } from './credential-shelf.ts';

/** How long a refresh that is not needed yet is not tried again after it failed. */
const RETRY_AFTER_MS = 10_000;

/**
 * Refreshes one owner's credentials, each by one request at a time: whoever needs it meanwhile waits for the same one. The
 * account is one object in one place, so there is no other that could use up the refresh token.
 */
export class CredentialRefresh {
  readonly #shelf: CredentialShelf;
  readonly #grant: RefreshGrant;
  readonly #flights = new Map<string, Promise<boolean>>();
  readonly #failedAtMs = new Map<string, number>();

  constructor(shelf: CredentialShelf, grant: RefreshGrant) {
    this.#shelf = shelf;
    this.#grant = grant;
  }

  /** Whether a refresh failed a moment ago. */
  hasJustFailed(connection: string, nowMs: number): boolean {
    return nowMs < (this.#failedAtMs.get(connection) ?? Number.NEGATIVE_INFINITY) + RETRY_AFTER_MS;
  }

  /**
   * Refreshes a credential, or waits for the refresh that runs. What came of it is in the entry.
   * @returns false where the stored credential fails a check.
   */
  once(connection: Connection, entry: LedgerEntry): Promise<boolean> {
    const { id } = connection;
    const running = this.#flights.get(id);
    if (running) return running;
    const flight = this.#refresh(connection, entry).finally(() => this.#flights.delete(id));
    this.#flights.set(id, flight);
    return flight;
  }

  async #refresh({ id, oauth }: Connection, entry: LedgerEntry): Promise<boolean> {
    const credential = await this.#shelf.open(entry);
    if (credential === null) return false;
    if (oauth === null || credential.kind !== 'oauth2') return true;
    const outcome = await this.#grant(oauth, credential);
    if (outcome.kind === 'unanswered') this.#failedAtMs.set(id, Date.now());
    else this.#failedAtMs.delete(id);
    await this.#take(outcome, entry, credential);
    return true;
  }

  /** Takes note of an outcome, unless its owner has connected anew or ended the connection meanwhile. */
  async #take(outcome: RefreshOutcome, entry: LedgerEntry, old: OAuthCredential): Promise<void> {
    const { connection, origins, connectedAtMs, refreshedAtMs, contentVersion } = entry;
    const about = { connection, origins, connectedAtMs };
    const isSame = (current: LedgerEntry | null) => current?.contentVersion === contentVersion;
    if (outcome.kind === 'refreshed') {
      const { credential } = outcome;
      const isNew = { refreshedAtMs: Date.now(), contentVersion: null };
      await this.#shelf.store({ ...about, credential, ...isNew }, isSame);
    } else if (outcome.kind === 'ended') {
      const current = this.#shelf.entries.read(connection);
      if (current && isSame(current)) await this.#shelf.bury(current);
    } else if (outcome.refreshToken !== null) {
      const credential = { ...old, refreshToken: outcome.refreshToken };
      await this.#shelf.store({ ...about, credential, refreshedAtMs, contentVersion }, isSame);
    }
  }
}

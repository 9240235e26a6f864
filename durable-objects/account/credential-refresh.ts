import { reportFault } from '../../src/errors.ts';
import type { Connection } from '../../src/vault/connection.ts';
import type { OAuthCredential } from '../../src/vault/credential.ts';
import type { RefreshGrant, RefreshOutcome } from '../../src/vault/refresh-grant.ts';
import type { RefreshNeed } from '../../src/vault/refresh-need.ts';
import type { LedgerEntry } from './credential-ledger.ts';
import type { CredentialShelf, MayReplace } from './credential-shelf.ts';

/** How long a refresh that failed is not tried again, by how much it is needed. */
const RETRY_AFTER_MS = { needed: 1000, useful: 10_000 } as const;

/** What a refresher works with. */
export interface RefreshParts {
  readonly shelf: CredentialShelf;
  readonly grant: RefreshGrant;
  /** A credential was refreshed, and is stored. */
  readonly onRefreshed: (connection: string, version: number) => Promise<void>;
}

/**
 * Refreshes one owner's credentials, each by one request at a time: whoever needs it meanwhile waits for the same one. The
 * account is one object in one place, so there is no other that could use up the refresh token.
 */
export class CredentialRefresh {
  readonly #parts: RefreshParts;
  readonly #flights = new Map<string, Promise<boolean>>();
  readonly #failedAtMs = new Map<string, number>();

  constructor(parts: RefreshParts) {
    this.#parts = parts;
  }

  /** Whether a credential is to be refreshed now: where there is need, and it has not just failed. */
  isDue({ id }: Connection, need: RefreshNeed, nowMs: number): boolean {
    if (need === 'none' || need === 'hopeless') return false;
    const failedAtMs = this.#failedAtMs.get(id) ?? Number.NEGATIVE_INFINITY;
    return this.#flights.has(id) || failedAtMs + RETRY_AFTER_MS[need] <= nowMs;
  }

  /**
   * Refreshes a credential, or waits for the refresh that runs. What came of it is in the entry.
   * @returns false where the stored credential fails a check.
   */
  once(connection: Connection, entry: LedgerEntry): Promise<boolean> {
    const { id } = connection;
    const running = this.#flights.get(id);
    if (running) return running;
    const flight = this.#refresh(connection, entry)
      .catch((error: unknown) => {
        // What failed here is not tried again at once either: the token endpoint has been asked.
        this.#failedAtMs.set(id, Date.now());
        throw error;
      })
      .finally(() => this.#flights.delete(id));
    this.#flights.set(id, flight);
    return flight;
  }

  async #refresh({ id, oauth }: Connection, entry: LedgerEntry): Promise<boolean> {
    const { shelf, grant } = this.#parts;
    const credential = await shelf.open(entry);
    if (credential === null) return false;
    if (oauth === null || credential.kind !== 'oauth2') return true;
    if (!(await this.#begin(entry))) return true;
    const outcome = await grant(oauth, credential);
    if (outcome.kind === 'unanswered') this.#failedAtMs.set(id, Date.now());
    else this.#failedAtMs.delete(id);
    await this.#take(outcome, entry, credential);
    return true;
  }

  /** Leaves a mark before anything is sent: should we never learn the outcome, that much is known. */
  async #begin({ connection, contentVersion }: LedgerEntry): Promise<boolean> {
    const { shelf } = this.#parts;
    const current = shelf.entries.read(connection);
    if (current?.contentVersion !== contentVersion) return false;
    if (current.refreshBeganAtMs === null) await shelf.note({ ...current, refreshBeganAtMs: Date.now() });
    else reportFault('credential_refresh_answer_lost', null, { connection });
    return true;
  }

  /** Takes note of an outcome, unless its owner has connected anew or ended the connection meanwhile. */
  async #take(outcome: RefreshOutcome, entry: LedgerEntry, old: OAuthCredential): Promise<void> {
    const { shelf, onRefreshed } = this.#parts;
    const { connection, origins, binding, connectedAtMs, refreshedAtMs, contentVersion } = entry;
    const about = { connection, origins, binding, connectedAtMs, refreshBeganAtMs: null, announces: null };
    const isSame: MayReplace = current => current?.contentVersion === contentVersion;
    if (outcome.kind === 'refreshed') {
      const { credential } = outcome;
      const isNew = { refreshedAtMs: Date.now(), contentVersion: null };
      const version = await shelf.store({ ...about, credential, ...isNew }, isSame);
      if (version !== null) await onRefreshed(connection, version);
      return;
    }
    if (outcome.kind === 'unanswered' && outcome.refreshToken !== null) {
      const credential = { ...old, refreshToken: outcome.refreshToken };
      await shelf.store({ ...about, credential, refreshedAtMs, contentVersion }, isSame);
      return;
    }
    const current = shelf.entries.read(connection);
    if (!current || !isSame(current)) return;
    // What the mark says of an earlier refresh is why the token is over now.
    const cause = entry.refreshBeganAtMs === null ? 'ended' : 'answer-lost';
    if (outcome.kind === 'ended') await shelf.bury(current, cause);
    else if (outcome.isTokenUnused && entry.refreshBeganAtMs === null)
      await shelf.note({ ...current, refreshBeganAtMs: null });
  }
}

import { onTestFinished, vi } from 'vitest';
import { keyRingOf } from '../../src/crypto/key-ring.fake.ts';
import type { KeyRing } from '../../src/crypto/key-ring.ts';
import { RecordBackend } from '../../src/vault/backends/records.ts';
import type { Connection } from '../../src/vault/connection.ts';
import type { CredentialAnswer, OAuthCredential } from '../../src/vault/credential.ts';
import type { CredentialEvent } from '../../src/vault/credential-events.ts';
import type { CredentialLedger } from '../../src/vault/credential-ledger.ts';
import { OldReads } from '../../src/vault/record-store.fake.ts';
import type { RefreshOutcome } from '../../src/vault/refresh-grant.ts';
import { FakeStorage } from '../storage/storage.fake.ts';
import { CredentialDesk } from './credential-desk.ts';
import { RecordPublisher } from './record-publisher.ts';

/** The owner of all that a {@link TestDesk} keeps. */
export const OWNER = { tenant: 'acme', subject: 'okta|ada' };

/** How long before its end a credential is replaced here. */
export const AHEAD_MS = 60_000;

/** A connection with an authorization server. */
export function connectionTo(id: string, changes: Partial<Connection> = {}): Connection {
  return {
    id,
    name: id,
    owner: 'user',
    tenants: null,
    origins: [`https://${id}.example`],
    methods: [],
    paths: [],
    placement: { in: 'bearer' },
    oauth: {
      issuer: null,
      authorizationUrl: `https://${id}.example/authorize`,
      tokenUrl: `https://${id}.example/token`,
      clientId: 'gatehouse',
      clientSecret: null,
      scopes: [],
      parameters: {},
      resource: null,
      facts: null,
    },
    secret: null,
    ...changes,
  };
}

/** An OAuth credential that is named after a number, and ends at a time. */
export function oauthCredential(no: number, expiresAtMs: number | null = null): OAuthCredential {
  return {
    kind: 'oauth2',
    accessToken: `access-${no}`,
    refreshToken: `refresh-${no}`,
    expiresAtMs,
    scopes: ['items'],
  };
}

/** The desk of one owner with all that it works with, over a KV whose reads are as old as they may be, at a time that stands still. */
export class TestDesk {
  readonly storage = new FakeStorage();
  readonly kv = new OldReads();
  readonly events: CredentialEvent[] = [];
  /** The refresh tokens that were sent to the third party. */
  readonly sent: (string | null)[] = [];
  /** The connections that there are. */
  readonly connections = new Map<string, Connection>();
  connectionsFail = false;
  /** The refresh tokens that were revoked there. */
  readonly revoked: (string | null)[] = [];
  /** What the third party answers. */
  answer: (credential: OAuthCredential) => Promise<RefreshOutcome> = async () => ({ kind: 'ended' });
  /** What putting an event on record does beside. */
  onEvent: (event: CredentialEvent) => Promise<void> = async () => {};
  keyRing: KeyRing = keyRingOf('k1');
  desk: CredentialDesk;
  publisher: RecordPublisher;

  constructor() {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000_000_000 });
    onTestFinished(() => void vi.useRealTimers());
    this.publisher = new RecordPublisher(this.storage.storage, this.kv);
    this.desk = this.#open();
  }

  /** The object begins anew over what is stored, with a ring of some keys. */
  restart(...kids: readonly string[]): void {
    if (kids.length > 0) this.keyRing = keyRingOf(...kids);
    this.publisher = new RecordPublisher(this.storage.storage, this.kv);
    this.desk = this.#open();
  }

  /** Time goes on; the alarm goes off where it is due. */
  async pass(ms: number): Promise<void> {
    const untilMs = Date.now() + ms;
    for (;;) {
      const { alarmMs } = this.storage;
      if (alarmMs === null || alarmMs > untilMs) break;
      vi.setSystemTime(Math.max(alarmMs, Date.now()));
      this.storage.alarmMs = null;
      await this.publisher.run();
    }
    vi.setSystemTime(untilMs);
  }

  keep(connection: Connection, credential = oauthCredential(1)): Promise<boolean> {
    this.connections.set(connection.id, connection);
    return this.desk.keep(connection, credential, async () => {});
  }

  /** What the egress gets. */
  use(connection: Connection, refusedVersion?: number): Promise<CredentialAnswer> {
    const backend = new RecordBackend({
      keyRing: this.keyRing,
      records: this.kv,
      ledgerOf: () => this.#ledger,
      onEvent: event => this.#onEvent(event),
    });
    const refused = refusedVersion === undefined ? {} : { refusedVersion };
    return backend.credentialFor({ user: OWNER, server: 'tools', connection, ...refused });
  }

  get #ledger(): CredentialLedger {
    const ledger: Pick<CredentialLedger, 'currentCredential'> = {
      currentCredential: (_owner, connection, refused) => this.desk.current(connection, refused),
    };
    return ledger as CredentialLedger;
  }

  #open(): CredentialDesk {
    return new CredentialDesk({
      storage: this.storage.storage,
      owner: OWNER,
      keyRing: this.keyRing,
      records: this.kv,
      publisher: this.publisher,
      aheadMs: AHEAD_MS,
      refresh: (_oauth, credential) => {
        this.sent.push(credential.refreshToken);
        return this.answer(credential);
      },
      connectionOf: async id => {
        if (this.connectionsFail) throw new Error('no catalog');
        return this.connections.get(id) ?? null;
      },
      revoke: async (_oauth, { refreshToken }) => void this.revoked.push(refreshToken),
      inBackground: () => {},
      onEvent: event => this.#onEvent(event),
    });
  }

  async #onEvent(event: CredentialEvent): Promise<void> {
    await this.onEvent(event);
    this.events.push(event);
  }
}

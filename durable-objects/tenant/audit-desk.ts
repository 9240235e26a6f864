import { archiveOf, type CheckpointState } from '../../src/audit/audit-keeper.ts';
import { StoredCheckpoints } from '../../src/audit/stored-checkpoints.ts';
import { StoredEvents } from '../../src/audit/stored-events.ts';
import { type Env, settingsOf } from '../../src/env.ts';
import { AuditKeeping } from './audit-keeping.ts';
import { CheckpointBook } from './checkpoint-book.ts';

/** Keeps the audit of the organisation whose object it is in: one call at a time, so that no two sign the same place. */
export class AuditDesk {
  readonly #env: Env;
  readonly #storage: DurableObjectStorage;
  #last: Promise<unknown> = Promise.resolve();

  constructor(env: Env, storage: DurableObjectStorage) {
    this.#env = env;
    this.#storage = storage;
  }

  keep(tenant: string): Promise<void> {
    const done = this.#last.then(() => this.#keepingOf(tenant).run());
    this.#last = done.catch(() => {});
    return done;
  }

  state(): CheckpointState | null {
    return this.#book.state();
  }

  #keepingOf(tenant: string): AuditKeeping {
    const { keyRing, AUDIT_RETENTION_DAYS: retentionDays } = settingsOf(this.#env);
    return new AuditKeeping({
      tenant,
      keyRing,
      retentionDays,
      book: this.#book,
      events: new StoredEvents(this.#env.DB, keyRing),
      checkpoints: new StoredCheckpoints(this.#env.DB, tenant),
      archive: archiveOf(this.#env, tenant),
      sync: () => this.#storage.sync(),
    });
  }

  get #book(): CheckpointBook {
    return new CheckpointBook(this.#storage);
  }
}

import { DurableObject } from 'cloudflare:workers';
import { type Env, settingsOf } from '../src/env.ts';
import type {
  StateOwner,
  StatePage,
  StateQuery,
  StateStore,
  StateWrite,
} from '../src/runtime/server-state.ts';
import { UserState } from './user-state.ts';

/** One user of one tenant: what belongs to them beyond any session. */
export class Account extends DurableObject<Env> implements StateStore {
  #userState: UserState | undefined;

  async readState(owner: StateOwner, key: string): Promise<string | null> {
    return this.#state(owner).read(owner.server, key);
  }

  async listState(owner: StateOwner, query: StateQuery): Promise<StatePage> {
    return this.#state(owner).list(owner.server, query);
  }

  async writeState(owner: StateOwner, key: string, value: string): Promise<StateWrite> {
    const written = this.#state(owner).write(owner.server, key, value);
    await this.ctx.storage.sync();
    return written;
  }

  async deleteState(owner: StateOwner, key: string): Promise<boolean> {
    const deleted = this.#state(owner).delete(owner.server, key);
    await this.ctx.storage.sync();
    return deleted;
  }

  /** An account is one user's, so whoever the first owner is, all others are the same. */
  #state(owner: StateOwner): UserState {
    const settings = settingsOf(this.env);
    this.#userState ??= new UserState(this.ctx.storage.sql, settings.keyRing, owner, {
      maxValueBytes: settings.STATE_MAX_VALUE_BYTES,
      maxEntries: settings.STATE_MAX_ENTRIES,
      maxTotalBytes: settings.STATE_MAX_TOTAL_BYTES,
    });
    return this.#userState;
  }
}

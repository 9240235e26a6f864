import { WorkerEntrypoint } from 'cloudflare:workers';
import * as z from 'zod';
import type { Env } from '../env.ts';
import { accountObject } from '../session-key/tenant-objects.ts';

/** Whose values an isolate may reach. Set by the gateway when it loads the isolate; tool code cannot. */
export interface StateOwner {
  readonly tenant: string;
  readonly subject: string;
  readonly server: string;
}

/** One stored value. */
export interface StateEntry {
  readonly key: string;
  readonly value: string;
}

/** A page of values in the order of their first insertion; `next` continues it. */
export interface StatePage {
  readonly entries: readonly StateEntry[];
  readonly next: string | null;
}

/** Tool code may send anything that can be cloned; only text is measured and stored. */
const text = z.string();
const queryShape = z.object({ prefix: text.optional(), after: text.optional(), limit: z.int().optional() });

/** Which values to list. */
export type StateQuery = Readonly<z.infer<typeof queryShape>>;

/** A write, done or refused with the limit that it met. */
export type StateWrite =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: 'value_too_large' | 'quota_exceeded';
      readonly limit: number;
      readonly unit: 'bytes' | 'entries';
      readonly message: string;
    };

/** Where the values are kept; the account object implements it. */
export interface StateStore {
  readState(owner: StateOwner, key: string): Promise<string | null>;
  listState(owner: StateOwner, query: StateQuery): Promise<StatePage>;
  writeState(owner: StateOwner, key: string, value: string): Promise<StateWrite>;
  deleteState(owner: StateOwner, key: string): Promise<boolean>;
}

/**
 * The state capability: `env.STATE` of an isolate whose server asks for it. It reaches one user's values of
 * one server, sealed at rest under that user's own key, and nothing else. Arguments that are not text throw.
 */
export class ServerState extends WorkerEntrypoint<Env, StateOwner> {
  async get(key: unknown): Promise<string | null> {
    return this.#store().readState(this.ctx.props, text.parse(key));
  }

  async list(query: unknown = {}): Promise<StatePage> {
    return this.#store().listState(this.ctx.props, queryShape.parse(query));
  }

  async put(key: unknown, value: unknown): Promise<StateWrite> {
    return this.#store().writeState(this.ctx.props, text.parse(key), text.parse(value));
  }

  async delete(key: unknown): Promise<boolean> {
    return this.#store().deleteState(this.ctx.props, text.parse(key));
  }

  #store(): StateStore {
    const { tenant, subject } = this.ctx.props;
    return accountObject<StateStore>(this.env, { tenant, subject });
  }
}

import type { JsonObject } from '../protocol/message.ts';
import type { ClientProfile } from '../protocol/modern.ts';
import type { Connector, ListenHooks } from './connector.ts';

/** What a server does on a subscription; it stays open until aborted unless this comes to `'ended'`. */
export type Script = (hooks: ListenHooks, attempt: number, filter: JsonObject) => unknown;

/** One subscription as the server sees it. */
export interface Subscription {
  readonly filter: JsonObject;
  readonly client: ClientProfile;
  readonly hooks: ListenHooks;
}

/** A server whose subscriptions the test plays, and which remembers them. */
export class Subscribable implements Connector {
  readonly server: string;
  readonly version = '1';
  readonly opened: Subscription[] = [];
  readonly #script: Script;

  constructor(script: Script, server = 'fake') {
    this.server = server;
    this.#script = script;
  }

  call(): never {
    throw new Error('not called here');
  }

  async listen(filter: JsonObject, client: ClientProfile, hooks: ListenHooks): Promise<void> {
    this.opened.push({ filter, client, hooks });
    const aborted = new Promise<void>(resolve => hooks.signal.addEventListener('abort', () => resolve()));
    const played = await Promise.race([this.#script(hooks, this.opened.length, filter), aborted]);
    if (played !== 'ended') await aborted;
  }

  /** The subscriptions that nobody has given up. */
  get open(): Subscription[] {
    return this.opened.filter(({ hooks }) => !hooks.signal.aborted);
  }
}

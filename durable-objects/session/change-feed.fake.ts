import { vi } from 'vitest';
import { Subscribable } from '../../src/connectors/subscribable.fake.ts';
import { ChangeFeed } from './change-feed.ts';
import type { SessionContext } from './session-context.ts';

/** A server that acknowledges its subscriptions once the test says so. */
export class Held extends Subscribable {
  readonly #gates: PromiseWithResolvers<void>[];

  constructor(server: string) {
    const gates: PromiseWithResolvers<void>[] = [];
    super(async ({ acknowledged }, _attempt, filter) => {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      await gate.promise;
      acknowledged(filter);
    }, server);
    this.#gates = gates;
  }

  acknowledge(): void {
    for (const { resolve } of this.#gates) resolve();
  }
}

/** A server that acknowledges at once. */
export const prompt = (server: string) =>
  new Subscribable((hooks, _, filter) => hooks.acknowledged(filter), server);

/** A session's feed over servers; a resource is that of the server which its scheme names. */
export function feedOf(servers: readonly Subscribable[], ...subscriptions: string[]) {
  const session = { subscriptions };
  const ownersOf = vi.fn(async (uris: readonly string[]) => {
    const gone = uris.find(uri => !servers.some(({ server }) => uri.startsWith(`${server}:`)));
    if (gone !== undefined) throw new Error(`nobody has ${gone}`);
    const owned = servers.map(
      server => [server, uris.filter(uri => uri.startsWith(`${server.server}:`))] as const,
    );
    return new Map(owned.filter(([, own]) => own.length > 0));
  });
  const context = {
    directory: { connectors: async () => servers, ownersOf },
    settings: { LIST_TIMEOUT_MS: 5000 },
    client: () => ({ capabilities: {}, subscriptions: session.subscriptions }),
  };
  const notify = vi.fn();
  const feed = new ChangeFeed(context as unknown as SessionContext, notify);
  return { feed, session, notify, ownersOf };
}

/** Whether a promise has been resolved, once everything that could be done was done. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.finally(() => {
    settled = true;
  });
  await new Promise(resolve => setImmediate(resolve));
  return settled;
}

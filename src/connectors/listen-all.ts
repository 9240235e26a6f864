import type { JsonObject } from '../protocol/message.ts';
import type { ClientProfile } from '../protocol/modern.ts';
import type { Connector, ListenHooks } from './connector.ts';

/** How long a broken subscription rests before it is tried again. */
const RETRY_MS = 1000;

/**
 * Subscribes to several servers as one (`subscriptions/listen`). `acknowledged` is called once, with what any
 * of them honours, after all have answered or `ackTimeoutMs` has passed. Resolves when every subscription has
 * ended or the signal aborts.
 */
export async function listenAll(
  connectors: readonly Connector[],
  filter: JsonObject,
  client: ClientProfile,
  ackTimeoutMs: number,
  { signal, acknowledged, notify }: ListenHooks,
): Promise<void> {
  const acks = connectors.map(() => Promise.withResolvers<JsonObject>());
  const ended = connectors.map(async (connector, index) => {
    const ack = acks[index];
    const acknowledge = (honoured: JsonObject) => ack?.resolve(honoured);
    await hold(connector, filter, client, { signal, acknowledged: acknowledge, notify });
    acknowledge({});
  });
  const late = setTimeout(() => {
    for (const ack of acks) ack.resolve({});
  }, ackTimeoutMs);
  acknowledged(union(await Promise.all(acks.map(ack => ack.promise))));
  clearTimeout(late);
  await Promise.all(ended);
}

/** Keeps one subscription open across failures of the server, until it ends it in good order. */
async function hold(
  connector: Connector,
  filter: JsonObject,
  client: ClientProfile,
  hooks: ListenHooks,
): Promise<void> {
  while (!hooks.signal.aborted) {
    try {
      return await connector.listen(filter, client, hooks);
    } catch {
      await new Promise(resolve => setTimeout(resolve, RETRY_MS));
    }
  }
}

function union(filters: readonly JsonObject[]): JsonObject {
  const uris = new Set(
    filters.flatMap(filter => (filter.resourceSubscriptions as string[] | undefined) ?? []),
  );
  const flags = Object.assign({}, ...filters) as JsonObject;
  return uris.size === 0 ? flags : { ...flags, resourceSubscriptions: [...uris] };
}

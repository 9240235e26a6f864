import { reportFault } from '../errors.ts';
import type { InnerNotification, JsonObject } from '../protocol/message.ts';
import type { ClientProfile } from '../protocol/modern.ts';
import type { Connector, ListenHooks } from './connector.ts';

/** How long a broken subscription rests before it is tried again: longer each time, up to the last. */
const RESTS_MS = [1_000, 2_000, 5_000, 15_000];
const LAST_REST_MS = 60_000;

/** What accompanies a subscription at several servers. It ends by a signal for all of them, or by one for each. */
export type ListenAllHooks = Omit<ListenHooks, 'signal'> &
  ({ readonly signal: AbortSignal } | { readonly signalOf: (connector: Connector) => AbortSignal });

/**
 * Subscribes to several servers as one (`subscriptions/listen`). `acknowledged` is called once, with what any
 * of them honours, after all have answered or `ackTimeoutMs` has passed; notifications come after it. Resolves when
 * every subscription has ended or the signal aborts.
 */
export async function listenAll(
  connectors: readonly Connector[],
  filter: JsonObject,
  client: ClientProfile,
  ackTimeoutMs: number,
  { acknowledged, notify, ...hooks }: ListenAllHooks,
): Promise<void> {
  const acks = connectors.map(() => Promise.withResolvers<JsonObject>());
  const { promise: acknowledgement, resolve: acknowledge } = Promise.withResolvers<void>();
  let isAcknowledged = false;
  const relay = (notification: InnerNotification) => {
    if (isAcknowledged) notify(notification);
    else void acknowledgement.then(() => notify(notification));
  };
  const ended = connectors.map(async (connector, index) => {
    const ack = (honoured: JsonObject) => acks[index]?.resolve(honoured);
    const signal = 'signal' in hooks ? hooks.signal : hooks.signalOf(connector);
    await hold(connector, filter, client, { signal, acknowledged: ack, notify: relay });
    ack({});
  });
  const late = setTimeout(() => {
    for (const ack of acks) ack.resolve({});
  }, ackTimeoutMs);
  acknowledged(union(await Promise.all(acks.map(ack => ack.promise))));
  clearTimeout(late);
  acknowledge();
  isAcknowledged = true;
  await Promise.all(ended);
}

/** Keeps one subscription open across failures of the server, until it ends it in good order. */
async function hold(
  connector: Connector,
  filter: JsonObject,
  client: ClientProfile,
  hooks: ListenHooks,
): Promise<void> {
  for (let tries = 0; !hooks.signal.aborted; tries++) {
    const beganAtMs = Date.now();
    try {
      return await connector.listen(filter, client, hooks);
    } catch (error) {
      reportFault('subscription_broken', error, { server: connector.server });
      // Streams that are cut now and then are no reason to miss ever more of what they tell.
      if (Date.now() - beganAtMs > LAST_REST_MS) tries = 0;
      await rest(RESTS_MS[tries] ?? LAST_REST_MS, hooks.signal);
    }
  }
}

/** Waits before the next try; not at all once nobody listens any more. */
function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}

function union(filters: readonly JsonObject[]): JsonObject {
  const uris = new Set(
    filters.flatMap(filter => (filter.resourceSubscriptions as string[] | undefined) ?? []),
  );
  const flags = Object.assign({}, ...filters) as JsonObject;
  return uris.size === 0 ? flags : { ...flags, resourceSubscriptions: [...uris] };
}

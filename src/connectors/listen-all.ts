import { reportFault } from '../errors.ts';
import type { InnerNotification, JsonObject } from '../protocol/message.ts';
import type { ClientProfile } from '../protocol/modern.ts';
import type { Connector, ListenHooks } from './connector.ts';

/** How long a broken subscription rests before it is tried again. */
const RETRY_MS = 1000;

/**
 * Subscribes to several servers as one (`subscriptions/listen`). `acknowledged` is called once, with what any
 * of them honours, after all have answered or `ackTimeoutMs` has passed; notifications come after it, and only
 * from servers that it speaks for. Resolves when every subscription has ended or the signal aborts.
 */
export async function listenAll(
  connectors: readonly Connector[],
  filter: JsonObject,
  client: ClientProfile,
  ackTimeoutMs: number,
  { signal, acknowledged, notify }: ListenHooks,
): Promise<void> {
  const early: (() => void)[] = [];
  let isAcknowledged = false;
  const listening = connectors.map(connector => {
    const ack = Promise.withResolvers<JsonObject | null>();
    let isHonoured = false;
    const relay = (notification: InnerNotification) => {
      if (isAcknowledged) return isHonoured && notify(notification);
      return early.push(() => isHonoured && notify(notification));
    };
    const ended = hold(connector, filter, client, { signal, acknowledged: ack.resolve, notify: relay });
    void ended.then(() => ack.resolve({}));
    const late = setTimeout(() => ack.resolve(null), ackTimeoutMs);
    const honoured = ack.promise.then(honoured => {
      clearTimeout(late);
      isHonoured = honoured !== null;
      return honoured ?? {};
    });
    return { ended, honoured };
  });
  const honoured = await Promise.all(listening.map(server => server.honoured));
  isAcknowledged = true;
  acknowledged(union(honoured));
  for (const say of early) say();
  await Promise.all(listening.map(server => server.ended));
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
    } catch (error) {
      reportFault('subscription_broken', error, { server: connector.server });
      await rest(hooks.signal);
    }
  }
}

/** Waits before the next try; not at all once nobody listens any more. */
function rest(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, RETRY_MS);
    const stop = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}

function union(filters: readonly JsonObject[]): JsonObject {
  const uris = new Set(
    filters.flatMap(filter => (filter.resourceSubscriptions as string[] | undefined) ?? []),
  );
  const flags = Object.assign({}, ...filters) as JsonObject;
  return uris.size === 0 ? flags : { ...flags, resourceSubscriptions: [...uris] };
}

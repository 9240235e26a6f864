import { GatehouseError } from '../errors.ts';
import { failure, type InnerNotification, type JsonObject } from '../protocol/message.ts';
import { ACKNOWLEDGED } from '../protocol/modern.ts';
import { MAX_EVENT_BYTES } from './answer-messages.ts';
import type { Connector } from './connector.ts';
import { httpMessage, readOutcome, upstreamError } from './http-exchange.ts';
import { progressHop } from './progress-hop.ts';
import { cancelled } from './upstream-failure.ts';

/** How a server that speaks 2026-07-28 is reached. */
export interface StatelessServer {
  readonly server: string;
  /** See {@link Connector}. */
  readonly version: string;
  /** The largest answer, in bytes. */
  readonly maxBytes: number;
  /** Sends a request; what it throws is told to the caller where it is a GatehouseError. */
  post(init: RequestInit): Promise<Response>;
}

/** Each exchange is an HTTP request of its own; that ids differ shows an answer that is to another. */
let lastId = 0;

/** Reaches a server that speaks 2026-07-28 by HTTP: one exchange per request, and nothing between them. */
export function statelessConnector({ server, version, maxBytes, post }: StatelessServer): Connector {
  return {
    server,
    version,
    async call(request, hooks) {
      const id = ++lastId;
      const hop = progressHop(request.params, id, hooks.notify);
      try {
        const message = httpMessage(id, { ...request, params: hop.params });
        const response = await post({ ...message, signal: hooks.signal });
        return await readOutcome(response, hop.notify, { id, maxBytes });
      } catch (error) {
        return failure(hooks.signal.aborted ? cancelled() : upstreamError(server, error));
      }
    },
    async listen(filter, client, { signal, acknowledged, notify }) {
      const request = { method: 'subscriptions/listen', params: { notifications: filter }, client };
      const onNotification = (notification: InnerNotification) =>
        notification.method === ACKNOWLEDGED
          ? acknowledged((notification.params?.notifications as JsonObject | undefined) ?? {})
          : notify(notification);
      try {
        const id = ++lastId;
        const response = await post({ ...httpMessage(id, request), signal });
        const limits = { id, maxBytes: MAX_EVENT_BYTES, isEndless: true };
        const outcome = await readOutcome(response, onNotification, limits);
        if (outcome.kind === 'error') throw new GatehouseError('upstream_failed', outcome.error.message);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
}

import { vi } from 'vitest';
import type { InnerNotification, JsonObject } from '../protocol/message.ts';
import type { ClientProfile } from '../protocol/modern.ts';
import type { Connector } from './connector.ts';
import { listenAll } from './listen-all.ts';

/** What the tests of `listenAll` subscribe with. */
export const CLIENT: ClientProfile = { capabilities: {} };
export const FILTER = { toolsListChanged: true, resourceSubscriptions: ['a:1', 'b:1'] };
export const CHANGED = { method: 'notifications/tools/list_changed' };

/** Subscribes to servers; `said` is all that the client was told, in order. */
export function subscribe(servers: readonly Connector[], ackTimeoutMs = 5000) {
  const controller = new AbortController();
  const said: unknown[] = [];
  const acknowledged = vi.fn((honoured: JsonObject) => void said.push({ honoured }));
  const notify = vi.fn((notification: InnerNotification) => void said.push(notification));
  const hooks = { signal: controller.signal, acknowledged, notify };
  const done = listenAll(servers, FILTER, CLIENT, ackTimeoutMs, hooks);
  return { controller, acknowledged, notify, said, done };
}

import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  LOG_LEVEL_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  SERVER_INFO_META_KEY,
  SUBSCRIPTION_ID_META_KEY,
} from '@modelcontextprotocol/server';
import { type InnerNotification, isObject, type JsonObject, type RequestId } from './message.ts';
import { MODERN_REVISION } from './revision.ts';

/** What a client says of itself; in revision 2026-07-28 with every request, before that once. */
export interface ClientProfile {
  readonly info?: JsonObject;
  readonly capabilities: JsonObject;
  /** Log messages are wanted from this level on; without it, none. */
  readonly logLevel?: string;
}

/** Who answers, stamped on results. */
export interface ServerIdentity {
  readonly name: string;
  readonly version: string;
  readonly title?: string;
}

/** Reads the client's profile from a request's `_meta` envelope, which the classifier has validated. */
export function profileOf(params: JsonObject): ClientProfile {
  const meta = metaOf(params);
  const info = meta[CLIENT_INFO_META_KEY];
  const capabilities = meta[CLIENT_CAPABILITIES_META_KEY];
  const logLevel = meta[LOG_LEVEL_META_KEY];
  return {
    ...(isObject(info) && { info }),
    capabilities: isObject(capabilities) ? capabilities : {},
    ...(typeof logLevel === 'string' && { logLevel }),
  };
}

/** Puts the envelope of revision 2026-07-28 on parameters, keeping whatever else `_meta` holds. */
export function withEnvelope(params: JsonObject, client: ClientProfile): JsonObject {
  const { [LOG_LEVEL_META_KEY]: _level, ...rest } = metaOf(params);
  const _meta = {
    ...rest,
    [PROTOCOL_VERSION_META_KEY]: MODERN_REVISION,
    ...(client.info && { [CLIENT_INFO_META_KEY]: client.info }),
    [CLIENT_CAPABILITIES_META_KEY]: client.capabilities,
    ...(client.logLevel && { [LOG_LEVEL_META_KEY]: client.logLevel }),
  };
  return { ...params, _meta };
}

/** A complete result that the gateway makes itself. Per-user by default: never shared by a cache. */
export function completeResult(
  members: JsonObject,
  server: ServerIdentity,
  ttlMs = 0,
  cacheScope: 'private' | 'public' = 'private',
): JsonObject {
  return {
    ...members,
    resultType: 'complete',
    ttlMs,
    cacheScope,
    _meta: { ...metaOf(members), [SERVER_INFO_META_KEY]: server },
  };
}

/** Marks a notification as belonging to one `subscriptions/listen` request. */
export function withSubscriptionId(notification: InnerNotification, id: RequestId): InnerNotification {
  const params = notification.params ?? {};
  return {
    method: notification.method,
    params: { ...params, _meta: { ...metaOf(params), [SUBSCRIPTION_ID_META_KEY]: id } },
  };
}

/** Tells a subscriber what is honoured of the filter it asked with (2026-07-28, `subscriptions/listen`). */
export const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

/** The member of a subscription filter that each kind of notification needs. */
const SUBSCRIBED_BY: Readonly<Record<string, string>> = {
  'notifications/tools/list_changed': 'toolsListChanged',
  'notifications/prompts/list_changed': 'promptsListChanged',
  'notifications/resources/list_changed': 'resourcesListChanged',
};

/** Whether an acknowledged subscription filter covers a notification. */
export function isSubscribed(filter: JsonObject, { method, params }: InnerNotification): boolean {
  if (method !== 'notifications/resources/updated') return filter[SUBSCRIBED_BY[method] ?? ''] === true;
  return Array.isArray(filter.resourceSubscriptions) && filter.resourceSubscriptions.includes(params?.uri);
}

/** The result of a `subscriptions/listen` request, which is said when it ends in good order. */
export function listenResult(id: RequestId, server: ServerIdentity): JsonObject {
  return {
    resultType: 'complete',
    _meta: { [SUBSCRIPTION_ID_META_KEY]: id, [SERVER_INFO_META_KEY]: server },
  };
}

/** The `_meta` member of parameters or of a result, empty where there is none. */
export function metaOf(holder: JsonObject | undefined): JsonObject {
  return isObject(holder?._meta) ? holder._meta : {};
}

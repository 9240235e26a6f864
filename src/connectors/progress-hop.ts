import type { InnerNotification, JsonObject } from '../protocol/message.ts';
import { metaOf } from '../protocol/modern.ts';

const PROGRESS = 'notifications/progress';

/** A call's parameters with the token of the next hop, and what turns that one back into the caller's. */
export interface ProgressHop {
  readonly params: JsonObject;
  notify(notification: InnerNotification): void;
}

/**
 * Progress tokens are between neighbours: a server gets one of ours where its caller wants progress, and progress that names
 * another is nobody's.
 */
export function progressHop(
  params: JsonObject,
  token: number,
  notify: (notification: InnerNotification) => void,
): ProgressHop {
  const { progressToken, ...meta } = metaOf(params);
  const isWanted = progressToken !== undefined;
  return {
    params: isWanted ? { ...params, _meta: { ...meta, progressToken: token } } : params,
    notify(notification) {
      if (notification.method !== PROGRESS) return notify(notification);
      if (!isWanted || notification.params?.progressToken !== token) return;
      notify({ ...notification, params: { ...notification.params, progressToken } });
    },
  };
}

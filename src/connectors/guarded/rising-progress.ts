import type { InnerNotification } from '../../protocol/message.ts';

type Notify = (notification: InnerNotification) => void;

/** Leaves out progress that does not rise: a call that is made again begins anew, and callers must not see that (MCP, "Progress"). */
export function risingProgress(notify: Notify): Notify {
  let highest = Number.NEGATIVE_INFINITY;
  return notification => {
    if (notification.method === 'notifications/progress') {
      const progress = Number(notification.params?.progress);
      if (!(progress > highest)) return;
      highest = progress;
    }
    notify(notification);
  };
}

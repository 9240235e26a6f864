/** The address of the resource that tells of the latest `slow_count`. */
export const LATEST_COUNT_URI = 'everything://latest-count';

/** How far one `slow_count` has come. It has stopped early when it neither runs nor has reached `to`. */
export interface Count {
  readonly to: number;
  counted: number;
  isRunning: boolean;
}

// From outside, a cancelled call cannot be told from one that goes on unheard: the count itself must say.
let latest: Count = { to: 0, counted: 0, isRunning: false };

/** The count that began last in this isolate. */
export function latestCount(): Count {
  return latest;
}

/** Begins a count; whoever counts keeps it up to date. */
export function beginCount(to: number): Count {
  latest = { to, counted: 0, isRunning: true };
  return latest;
}

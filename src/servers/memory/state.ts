/**
 * What a server is given to keep values in: `env.STATE`, an RPC stub that reaches only this user's values of
 * this server. The gateway seals each value at rest, and counts it against the user's quota.
 *
 * Every method is a hop to another process. Other sessions of the same user write at the same time, so nothing
 * read is worth keeping beyond the request that read it.
 */
export interface State {
  /** The value under `key`, or null. */
  get(key: string): Promise<string | null>;
  /** A page of entries in order of first insertion. */
  list(options?: StateListOptions): Promise<StatePage>;
  /** Stores `value` under `key`. A limit that is met is an answer, not an exception. */
  put(key: string, value: string): Promise<{ ok: true } | StateRefusal>;
  /** Whether there was such a key. */
  delete(key: string): Promise<boolean>;
}

/** `after` is the `next` of the previous page; `limit` counts entries. */
export interface StateListOptions {
  prefix?: string;
  after?: string;
  limit?: number;
}

/** `next` is null when nothing follows. */
export interface StatePage {
  entries: { key: string; value: string }[];
  next: string | null;
}

/** Why a value was not stored: the limit that was met, and what it counts. */
export interface StateRefusal {
  ok: false;
  code: 'value_too_large' | 'quota_exceeded';
  limit: number;
  unit: 'bytes' | 'entries';
  message: string;
}

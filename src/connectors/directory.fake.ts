import type { FakeServer } from './connector.fake.ts';
import { Directory } from './directory.ts';
import type { Upstream } from './upstream.ts';

const LIST_TIMEOUT_MS = 50;

/** The endpoint of all of some servers. */
export function directoryOfAll(...servers: readonly FakeServer[]): Directory {
  return directoryOf(servers.map(({ qualified }) => qualified));
}

/** The endpoint of one server. */
export function directoryOfOne({ upstream }: FakeServer): Directory {
  return new Directory(async () => [upstream], false, LIST_TIMEOUT_MS);
}

/** The endpoint of several, as they are. */
export function directoryOf(upstreams: readonly Upstream[]): Directory {
  return new Directory(async () => upstreams, true, LIST_TIMEOUT_MS);
}

import type { Directory } from '../../src/connectors/directory.ts';
import type { Settings } from '../../src/env.ts';
import type { LegacyRevision } from '../../src/protocol/revision.ts';
import type { StreamedRequest } from './event-stream.ts';
import type { SessionClient } from './session-client.ts';
import type { SessionStore } from './session-store.ts';
import type { WatchedLists } from './watched-lists.ts';

/** What the parts of one 2025-era session share. */
export interface SessionContext {
  readonly store: SessionStore;
  readonly directory: Directory;
  readonly settings: Settings;
  /** The revision that was negotiated; it never changes. */
  readonly revision: LegacyRevision;
  /** What the session remembers of its client, as it is now. */
  readonly client: () => SessionClient;
  readonly remember: (change: Partial<SessionClient>) => void;
  readonly lists: WatchedLists;
  /** A call was running when the session was lost from memory. */
  readonly onLost: (request: StreamedRequest) => void;
}

import type { Settings } from '../../env.ts';
import type { RemoteEndpoint } from './remote-endpoint.ts';
import type { RemoteMemory } from './remote-memory.ts';

/** How a remote server is reached for one caller. */
export interface RemoteParts {
  readonly endpoint: RemoteEndpoint;
  /** What the caller's session or home remembers of it. */
  readonly memory: RemoteMemory;
  readonly settings: Settings;
}

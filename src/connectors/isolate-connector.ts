import type { Settings } from '../env.ts';
import type { Connector } from './connector.ts';
import { statelessConnector } from './stateless-connector.ts';

const ENDPOINT = 'http://isolate.invalid/mcp';

/** Reaches a hosted server: an SDK server in an isolate, by `fetch` on its stub. */
export function isolateConnector(
  server: string,
  isolate: () => Fetcher,
  { MAX_RESULT_BYTES }: Settings,
): Connector {
  const post = async (init: RequestInit) => isolate().fetch(ENDPOINT, init);
  return statelessConnector({ server, maxBytes: MAX_RESULT_BYTES, post });
}

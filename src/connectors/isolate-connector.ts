import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import type { Settings } from '../env.ts';
import type { IsolateCode } from '../runtime/isolate.ts';
import type { Connector } from './connector.ts';
import { statelessConnector } from './stateless-connector.ts';

const ENDPOINT = 'http://isolate.invalid/mcp';

/** The code that answers, as far as it makes another server of it. */
type AnsweringCode = Pick<IsolateCode, 'name' | 'codeHash' | 'settings'>;

/** Reaches a hosted server: an SDK server in an isolate, by `fetch` on its stub. */
export function isolateConnector(
  code: AnsweringCode,
  isolate: () => Fetcher,
  { MAX_RESULT_BYTES }: Settings,
): Connector {
  const post = async (init: RequestInit) => isolate().fetch(ENDPOINT, init);
  return statelessConnector({
    server: code.name,
    version: versionOf(code),
    maxBytes: MAX_RESULT_BYTES,
    post,
  });
}

/** Settings of a server hold addresses, so others make another server of the same code. */
function versionOf({ codeHash, settings }: AnsweringCode): string {
  const set = Object.entries(settings).toSorted().flat();
  return toBase64url(lengthPrefixed(codeHash, ...set));
}

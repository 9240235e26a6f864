import { serversAt } from '../../src/catalog/catalog.ts';
import { Directory } from '../../src/connectors/directory.ts';
import type { Env, Settings } from '../../src/env.ts';
import type { CapabilityExports } from '../../src/runtime/isolate.ts';
import { offerOf } from '../../src/runtime/offered-servers.ts';
import type { Hop } from '../../src/session-key/hop-assertion.ts';
import { UpstreamMaker } from './upstream-maker.ts';

/** The servers that a request may reach, each behind its connector, as the catalog has them at each question. */
export function directoryFor(env: Env, exports: CapabilityExports, settings: Settings, hop: Hop): Directory {
  const maker = new UpstreamMaker(env, exports, settings, hop);
  const upstreams = async () => {
    const offer = await offerOf(env, hop.principal.tenant);
    return serversAt(offer, hop.server).map(placed => maker.upstream(placed));
  };
  return new Directory(upstreams, hop.server === null, settings.LIST_TIMEOUT_MS);
}

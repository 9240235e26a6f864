import { serversAt } from '../../src/catalog/catalog.ts';
import { Directory } from '../../src/connectors/directory.ts';
import { offerOf } from '../../src/runtime/offered-servers.ts';
import { UpstreamMaker, type UpstreamParts } from './upstream-maker.ts';

/** The servers that a request may reach, each behind its connector, as the catalog has them at each question. */
export function directoryFor(parts: UpstreamParts): Directory {
  const { env, settings, hop } = parts;
  const maker = new UpstreamMaker(parts);
  const upstreams = async () => {
    const offer = await offerOf(env, hop.principal.tenant);
    return serversAt(offer, hop.server).map(placed => maker.upstream(placed));
  };
  const { LIST_TIMEOUT_MS, MAX_LISTED_TOOLS } = settings;
  return new Directory(upstreams, hop.server === null, LIST_TIMEOUT_MS, MAX_LISTED_TOOLS);
}

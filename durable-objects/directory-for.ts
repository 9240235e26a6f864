import { catalogOf, serversAt } from '../src/catalog/catalog.ts';
import { definitionsOf } from '../src/catalog/definitions.ts';
import { withDeadline } from '../src/connectors/deadline.ts';
import { Directory, type Upstream } from '../src/connectors/directory.ts';
import { isolateConnector } from '../src/connectors/isolate-connector.ts';
import { readDefinitions } from '../src/connectors/read-definitions.ts';
import { type Env, isDevelopment, type Settings } from '../src/env.ts';
import { HOSTED_SERVERS } from '../src/runtime/hosted-servers.ts';
import { type CapabilityExports, isolateFor } from '../src/runtime/isolate.ts';
import type { Hop } from '../src/session-key/hop-assertion.ts';

/** The entrypoints of this Worker, as a Durable Object sees them in `ctx.exports`. */
export type GatewayExports = CapabilityExports;

/** The servers that a request may reach, each behind its connector. */
export function directoryFor(env: Env, exports: GatewayExports, settings: Settings, hop: Hop): Directory {
  const entries = serversAt(catalogOf(HOSTED_SERVERS, isDevelopment(settings)), hop.server);
  const upstreams = entries.map((entry): Upstream => {
    const connector = isolateConnector(entry.name, () => isolateFor(env, exports, entry, hop), settings);
    const read = () =>
      withDeadline(settings.CALL_TIMEOUT_MS, undefined, ({ signal }) => readDefinitions(connector, signal));
    return { connector, definitions: () => definitionsOf(env.DB, entry, read) };
  });
  return new Directory(upstreams, hop.server, settings.LIST_TIMEOUT_MS);
}

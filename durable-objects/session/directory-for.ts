import { serversAt } from '../../src/catalog/catalog.ts';
import { type Definitions, definitionsOf } from '../../src/catalog/definitions.ts';
import { connectingConnector } from '../../src/connectors/connecting/connecting-connector.ts';
import { vaultDesk } from '../../src/connectors/connecting/vault-desk.ts';
import type { Connector } from '../../src/connectors/connector.ts';
import { withDeadline } from '../../src/connectors/deadline.ts';
import { Directory } from '../../src/connectors/directory.ts';
import { isolateConnector } from '../../src/connectors/isolate-connector.ts';
import { readDefinitions } from '../../src/connectors/read-definitions.ts';
import type { Upstream } from '../../src/connectors/upstream.ts';
import type { Env, Settings } from '../../src/env.ts';
import { type CapabilityExports, type IsolateCode, isolateFor } from '../../src/runtime/isolate.ts';
import { offeredServers } from '../../src/runtime/offered-servers.ts';
import { withOperatorSettings } from '../../src/runtime/server-settings.ts';
import type { Hop } from '../../src/session-key/hop-assertion.ts';

/** The servers that a request may reach, each behind its connector. */
export function directoryFor(env: Env, exports: CapabilityExports, settings: Settings, hop: Hop): Directory {
  const connect = (code: IsolateCode) =>
    isolateConnector(code.name, () => isolateFor(env, exports, code, hop), settings);
  const read = (code: IsolateCode): Promise<Definitions> =>
    withDeadline(settings.DEFINITIONS_TIMEOUT_MS, undefined, ({ signal }) =>
      // What is served to everybody is said in an isolate that has seen nobody, holds nothing, and is set by nobody:
      // definitions are kept per code hash, whatever an operator sets.
      readDefinitions(
        connect({ ...code, isolation: 'definitions', capabilities: [], connections: [] }),
        signal,
      ),
    );
  const { principal } = hop;
  const connecting = (connector: Connector, { name, connections }: IsolateCode) =>
    connections.length === 0
      ? connector
      : connectingConnector(connector, vaultDesk({ env, settings, principal, server: name }), settings);
  const entries = serversAt(offeredServers(env), hop.server);
  const upstreams = entries.map(
    (entry): Upstream => ({
      connector: connecting(connect(withOperatorSettings(env, entry)), entry),
      definitions: () => definitionsOf(env.DB, entry, () => read(entry)),
    }),
  );
  return new Directory(upstreams, hop.server, settings.LIST_TIMEOUT_MS);
}

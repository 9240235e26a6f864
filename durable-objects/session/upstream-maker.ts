import type { Placed } from '../../src/catalog/catalog.ts';
import { type Definitions, definitionsOf } from '../../src/catalog/definitions.ts';
import { keptDefinitions } from '../../src/catalog/kept-definitions.ts';
import { sourceOf } from '../../src/catalog/pins/tenant-pins.ts';
import { catalogStoreOf } from '../../src/catalog/tenant-catalog.ts';
import { orConnectTool, withConnectTool } from '../../src/connectors/connecting/connect-tool.ts';
import { connectingConnector } from '../../src/connectors/connecting/connecting-connector.ts';
import { vaultDesk } from '../../src/connectors/connecting/vault-desk.ts';
import type { Connector } from '../../src/connectors/connector.ts';
import type { CallObserver, Governance } from '../../src/connectors/governed/governed-call.ts';
import { governedConnector } from '../../src/connectors/governed/governed-connector.ts';
import type { Circuit } from '../../src/connectors/guarded/circuit.ts';
import { withCircuitNote } from '../../src/connectors/guarded/circuit-note.ts';
import { circuitOf } from '../../src/connectors/guarded/circuits.ts';
import { guardedConnector } from '../../src/connectors/guarded/guarded-connector.ts';
import { isolateConnector } from '../../src/connectors/isolate-connector.ts';
import { isolateDefinitions } from '../../src/connectors/isolate-definitions.ts';
import { type LiveDefinitions, watchedConnector } from '../../src/connectors/live-definitions.ts';
import { namesAt } from '../../src/connectors/names.ts';
import { permittedDefinitions } from '../../src/connectors/permitted-definitions.ts';
import { pinnedDefinitions } from '../../src/connectors/pinned-definitions.ts';
import { remoteConnector } from '../../src/connectors/remote/remote-connector.ts';
import { remoteDefinitions } from '../../src/connectors/remote/remote-definitions.ts';
import { remoteEndpoint } from '../../src/connectors/remote/remote-endpoint.ts';
import { knownAs } from '../../src/connectors/remote/remote-identity.ts';
import { shownDefinitions } from '../../src/connectors/shown-definitions.ts';
import type { OfferedDefinitions, Upstream } from '../../src/connectors/upstream.ts';
import { vettedDefinitions } from '../../src/connectors/vetted-definitions.ts';
import type { Env, Settings } from '../../src/env.ts';
import { type CapabilityExports, type IsolateCode, isolateFor } from '../../src/runtime/isolate.ts';
import type { IsolatedServer, OfferedServer, RemoteServer } from '../../src/runtime/offered-servers.ts';
import { withOperatorSettings } from '../../src/runtime/server-settings.ts';
import type { Hop } from '../../src/session-key/hop-assertion.ts';
import { inObject, meterOf } from '../../src/telemetry/meter.ts';
import type { EgressProps } from '../../src/vault/egress/egress-props.ts';
import { governanceFor } from './governance-for.ts';
import type { UpstreamMemory } from './upstream-memory.ts';

/** A way to a server, with what it offers. */
type Reached = Pick<Upstream, 'connector' | 'definitions'>;

/** What ways to servers are made of. */
export interface UpstreamParts {
  readonly env: Env;
  readonly exports: CapabilityExports;
  readonly settings: Settings;
  readonly hop: Hop;
  readonly memory: UpstreamMemory;
  /** Whoever keeps account of the calls. */
  readonly observers: readonly CallObserver[];
}

/** Makes the ways of one caller to servers of each kind. */
export class UpstreamMaker {
  readonly #env: Env;
  readonly #exports: CapabilityExports;
  readonly #settings: Settings;
  readonly #hop: Hop;
  /** Of the object that serves the caller. */
  readonly #memory: UpstreamMemory;
  readonly #governance: Governance;

  constructor({ env, exports, settings, hop, memory, observers }: UpstreamParts) {
    this.#governance = governanceFor(env, hop, observers);
    this.#env = env;
    this.#exports = exports;
    this.#settings = settings;
    this.#hop = hop;
    this.#memory = memory;
  }

  /** A server as it is shown at the endpoint. */
  upstream(placed: Placed<OfferedServer>): Upstream {
    const { entry, tools } = placed;
    const { connector, definitions } = this.#reached(entry);
    const guarded = this.#guarded(connector, entry);
    return {
      connector: governedConnector(this.#connecting(guarded, entry), entry, this.#governance),
      names: namesAt(placed),
      definitions: this.#connectable(entry, async () => {
        const offered = await definitions();
        const shown = shownDefinitions(withCircuitNote(offered, entry.name, this.#circuit(entry)), tools);
        const { caller, policy } = this.#governance;
        return permittedDefinitions(shown, await policy(), caller, entry);
      }),
    };
  }

  #reached(entry: OfferedServer): Reached {
    return entry.kind === 'remote' ? this.#remote(entry) : this.#isolated(entry);
  }

  #remote(entry: RemoteServer): Reached {
    const { name, url, codeHash, connections } = entry;
    const endpoint = remoteEndpoint(name, url, () => this.#egress(name, connections));
    const memory = this.#memory.remote(name, codeHash);
    const connector = remoteConnector({ endpoint, memory, settings: this.#settings });
    return {
      connector: watchedConnector(connector, memory.definitions),
      definitions: async () =>
        knownAs(entry, await this.#pinnedDefinitions(entry, connector, memory.definitions)),
    };
  }

  #pinnedDefinitions(
    entry: RemoteServer,
    connector: Connector,
    live: LiveDefinitions,
  ): Promise<OfferedDefinitions> {
    const { DEFINITIONS_TIMEOUT_MS, DEFINITIONS_TTL_MS } = this.#settings;
    // Before all of the reading is given up, so that the circuit hears of a server that stalls.
    const callTimeoutMs = Math.ceil(DEFINITIONS_TIMEOUT_MS * 0.9);
    const guarded = this.#guarded(connector, { ...entry, callTimeoutMs });
    return pinnedDefinitions({
      env: this.#env,
      owner: this.#hop.principal,
      pinnedServer: { server: entry.name, source: sourceOf(entry.url) },
      read: () => live.get(DEFINITIONS_TTL_MS, () => remoteDefinitions(guarded, this.#settings)),
    });
  }

  /** The way out of this caller to a remote server, with the credential that is for it. */
  #egress(server: string, connections: readonly string[]): Fetcher {
    const { principal, objectName } = this.#hop;
    const { tenant, subject, client, installation } = principal;
    const session = { object: objectName, client, installation: installation.id };
    const props: EgressProps = {
      user: { tenant, subject },
      server,
      connections,
      session,
      protocol: 'mcp',
    };
    return this.#exports.Egress({ props }) as Fetcher;
  }

  #isolated(entry: IsolatedServer): Reached {
    return {
      connector: this.#toIsolate(withOperatorSettings(this.#env, entry.code)),
      definitions: async () => vettedDefinitions(await this.#isolateDefinitions(entry)),
    };
  }

  #isolateDefinitions({ code, definitions }: IsolatedServer): Promise<Definitions> {
    if (definitions !== null) {
      const { tenant } = this.#hop.principal;
      return keptDefinitions(catalogStoreOf(this.#env, tenant).artifacts, tenant, definitions);
    }
    const reader = { env: this.#env, exports: this.#exports, settings: this.#settings, caller: this.#hop };
    return definitionsOf(this.#env.DB, code, () => isolateDefinitions(reader, code));
  }

  #toIsolate(code: IsolateCode): Connector {
    const isolate = () => isolateFor(this.#env, this.#exports, code, this.#hop);
    return isolateConnector(code, isolate, this.#settings);
  }

  #guarded(connector: Connector, entry: OfferedServer): Connector {
    const { kind, callTimeoutMs } = entry;
    const circuit = this.#circuit(entry);
    const mayBeEmpty = kind !== 'remote';
    const { tenant } = this.#hop.principal;
    return guardedConnector(connector, {
      circuit,
      callTimeoutMs,
      mayBeEmpty,
      settings: this.#settings,
      onCircuitOpened: () =>
        meterOf(this.#env, tenant).count(inObject, 'gatehouse_circuit_openings_total', [entry.name]),
    });
  }

  #circuit({ name, codeHash }: OfferedServer): Circuit {
    const { tenant, subject } = this.#hop.principal;
    return circuitOf({ tenant, subject, server: name, codeHash }, this.#settings);
  }

  #connectable(
    { name, connections }: OfferedServer,
    definitions: Upstream['definitions'],
  ): Upstream['definitions'] {
    return connections.length === 0 ? definitions : () => orConnectTool(name, definitions);
  }

  #connecting(connector: Connector, { name, connections }: OfferedServer): Connector {
    if (connections.length === 0) return connector;
    const caller = { env: this.#env, settings: this.#settings, principal: this.#hop.principal, server: name };
    return connectingConnector(withConnectTool(connector), vaultDesk(caller), this.#settings);
  }
}

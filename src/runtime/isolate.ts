import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import type { Env } from '../env.ts';
import type { Principal } from '../principal.ts';
import type { EgressProps } from '../vault/egress/egress-props.ts';
import type { Manifest } from './manifest.ts';
import type { StateOwner } from './server-state.ts';

const COMPATIBILITY_DATE = '2026-10-23';

/** No Node modules; and a caller who goes away is noticed, so that its call can be cancelled. */
const COMPATIBILITY_FLAGS = ['no_nodejs_compat', 'enable_request_signal'];

/** The entrypoints of this Worker that isolates are given as capabilities (`ctx.exports`). */
export interface CapabilityExports {
  ServerState(options: { props: StateOwner }): unknown;
  Egress(options: { props: EgressProps }): unknown;
}

/** Whose calls may share an isolate; `definitions` is nobody's, for what a server says to everybody. */
export type IsolationScope = Manifest['isolation'] | 'definitions';

/** What runs in an isolate, what it is given, and whose calls may share it. */
export interface IsolateCode extends Pick<Manifest, 'capabilities' | 'connections' | 'settings'> {
  readonly isolation: IsolationScope;
  /** The server's name. */
  readonly name: string;
  /** Headers that it may send beside those that are open to all; the hash of its code is of them too. None where it is left out. */
  readonly opened?: readonly string[];
  /** SHA-256 over the modules, base64url. */
  readonly codeHash: string;
  readonly mainModule: string;
  /** The modules by name, read when an isolate is loaded. */
  readonly modules: () => Promise<Readonly<Record<string, IsolateModule>>>;
  /** What one call may use; what is not ours has them. */
  readonly limits?: IsolateLimits;
}

/** The platform ends a call that goes beyond; workerd by itself, which is what runs locally, does not. */
export interface IsolateLimits {
  readonly cpuMs: number;
  readonly subRequests: number;
}

/** The text of an ES module (as `js` under any name), or data that is imported as one. */
export type IsolateModule =
  | string
  | { readonly js: string }
  | { readonly json: unknown }
  | { readonly text: string };

/** Who calls an isolate, as far as isolation is concerned. */
export interface Caller {
  readonly principal: Principal;
  /** The session's Durable Object. */
  readonly objectName: string;
}

/** Which fields of a caller each isolation scope is made of. */
const SCOPE_FIELDS: Readonly<Record<IsolationScope, (caller: Caller) => readonly string[]>> = {
  session: ({ principal, objectName }) => [principal.tenant, principal.subject, objectName],
  user: ({ principal }) => [principal.tenant, principal.subject],
  tenant: ({ principal }) => [principal.tenant],
  definitions: () => [],
};

/**
 * The loader id of an isolate: server, code, all that it is given, and scope. The platform keeps code and `globalThis` per
 * id, so whatever must not be shared has to be part of it.
 */
export function isolateId(code: IsolateCode, caller: Caller): string {
  const { name, codeHash, isolation, capabilities, connections, settings } = code;
  const set = JSON.stringify(Object.entries(settings).sort());
  const given = [capabilities.join(), connections.join(), set];
  const fields = [isolation, ...given, ...SCOPE_FIELDS[isolation](caller)];
  const scope = sha256(lengthPrefixed(...fields));
  return `${name}.${codeHash}.${isolation}.${toBase64url(scope)}`;
}

/**
 * The isolate that runs a server's code for a caller, loaded when it is not there yet. It has none of our bindings,
 * only its settings and the capabilities that it asks for, and no network but the egress to the connections that it
 * declares.
 */
export function isolateFor(env: Env, exports: CapabilityExports, code: IsolateCode, caller: Caller): Fetcher {
  const worker = env.LOADER.get(isolateId(code, caller), async () => ({
    compatibilityDate: COMPATIBILITY_DATE,
    compatibilityFlags: COMPATIBILITY_FLAGS,
    mainModule: code.mainModule,
    modules: { ...(await code.modules()) },
    env: { ...capabilities(exports, code, caller), ...settingsIn(code) },
    globalOutbound: outbound(exports, code, caller),
    ...(code.limits && { limits: code.limits }),
  }));
  return worker.getEntrypoint();
}

function capabilities(exports: CapabilityExports, code: IsolateCode, { principal }: Caller) {
  const { tenant, subject } = principal;
  const owner = { tenant, subject, server: code.name };
  return code.capabilities.includes('state') ? { STATE: exports.ServerState({ props: owner }) } : {};
}

function settingsIn({ settings }: IsolateCode) {
  return Object.keys(settings).length > 0 ? { SETTINGS: settings } : {};
}

/** Isolates that are one user's. All others have no network: it would be that of whoever they were loaded for. */
const WITH_NETWORK: readonly IsolationScope[] = ['session', 'user'];

function outbound(exports: CapabilityExports, code: IsolateCode, caller: Caller): Fetcher | null {
  if (code.connections.length === 0 || !WITH_NETWORK.includes(code.isolation)) return null;
  return exports.Egress({ props: egressProps(code, caller) }) as Fetcher;
}

/**
 * An isolate keeps the egress of whoever it was loaded for, so the egress knows no more of a caller than what all callers of
 * the isolate have in common. See docs/decisions/0015-what-the-egress-knows.md.
 */
function egressProps({ name, isolation, connections, opened }: IsolateCode, caller: Caller): EgressProps {
  const { tenant, subject, client, installation } = caller.principal;
  const session = { object: caller.objectName, client, installation: installation.id };
  const user = { tenant, subject };
  return {
    user,
    server: name,
    connections,
    session: isolation === 'session' ? session : null,
    protocol: 'http',
    ...(opened && { opened }),
  };
}

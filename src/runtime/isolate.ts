import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import type { Env } from '../env.ts';
import type { Principal } from '../principal.ts';
import { BUNDLES } from './bundles.generated.ts';
import type { HostedBundle, Manifest } from './manifest.ts';
import type { StateOwner } from './server-state.ts';

const COMPATIBILITY_DATE = '2026-10-23';

/** The entrypoints of this Worker that isolates are given as capabilities (`ctx.exports`). */
export interface CapabilityExports {
  ServerState(options: { props: StateOwner }): unknown;
}

/** Who calls an isolate, as far as isolation is concerned. */
export interface Caller {
  readonly principal: Principal;
  /** The session's Durable Object. */
  readonly objectName: string;
}

/** Which fields of a caller each isolation scope is made of. */
const SCOPE_FIELDS: Readonly<Record<Manifest['isolation'], (caller: Caller) => readonly string[]>> = {
  session: ({ principal, objectName }) => [principal.tenant, principal.subject, objectName],
  user: ({ principal }) => [principal.tenant, principal.subject],
  tenant: ({ principal }) => [principal.tenant],
};

/**
 * The loader id of an isolate: server, code and scope. The platform keeps code and `globalThis` per id, so
 * whatever must not be shared has to be part of it.
 */
export function isolateId(bundle: HostedBundle, caller: Caller): string {
  const { isolation } = bundle.manifest;
  const scope = sha256(lengthPrefixed(isolation, ...SCOPE_FIELDS[isolation](caller)));
  return `${bundle.name}.${bundle.codeHash}.${isolation}.${toBase64url(scope)}`;
}

/**
 * The isolate that runs a hosted server for a caller, loaded when it is not there yet. It has no network and
 * none of our bindings: only the capabilities that its manifest names.
 */
export function isolateFor(
  env: Env,
  exports: CapabilityExports,
  bundle: HostedBundle,
  caller: Caller,
): Fetcher {
  const worker = env.LOADER.get(isolateId(bundle, caller), () => ({
    compatibilityDate: COMPATIBILITY_DATE,
    // Without the second, a tool would not learn that its call was cancelled.
    compatibilityFlags: ['no_nodejs_compat', 'enable_request_signal'],
    mainModule: bundle.mainModule,
    modules: Object.fromEntries(bundle.modules.map(name => [name, BUNDLES.modules[name] ?? ''])),
    env: capabilities(exports, bundle, caller),
    globalOutbound: null,
  }));
  return worker.getEntrypoint();
}

function capabilities(exports: CapabilityExports, bundle: HostedBundle, { principal }: Caller) {
  const { tenant, subject } = principal;
  const owner = { tenant, subject, server: bundle.name };
  return bundle.manifest.capabilities.includes('state')
    ? { STATE: exports.ServerState({ props: owner }) }
    : {};
}

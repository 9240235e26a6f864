import type { ServerEntry } from '../catalog/catalog.ts';
import { BUNDLES } from './bundles.generated.ts';
import type { IsolateCode } from './isolate.ts';
import type { HostedBundle } from './manifest.ts';

/** A hosted server on offer, with the code that runs in its isolates. */
export interface HostedServer extends ServerEntry, IsolateCode {}

/** The servers of the monorepo, as they were bundled. */
export const HOSTED_SERVERS: readonly HostedServer[] = BUNDLES.servers.map(hostedServer);

function hostedServer({ manifest, modules, ...bundle }: HostedBundle): HostedServer {
  const texts = modules.map(name => [name, BUNDLES.modules[name] ?? '']);
  return { ...manifest, ...bundle, modules: Object.fromEntries(texts) };
}

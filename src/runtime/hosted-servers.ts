import type { ServerEntry } from '../catalog/catalog.ts';
import { BUNDLES } from './bundles.generated.ts';
import type { HostedBundle } from './manifest.ts';

/** A hosted server on offer, with its code. */
export interface HostedServer extends ServerEntry {
  readonly bundle: HostedBundle;
}

/** The servers of the monorepo, as they were bundled. */
export const HOSTED_SERVERS: readonly HostedServer[] = BUNDLES.servers.map(bundle => ({
  name: bundle.name,
  title: bundle.manifest.title,
  description: bundle.manifest.description,
  availability: bundle.manifest.availability,
  codeHash: bundle.codeHash,
  bundle,
}));

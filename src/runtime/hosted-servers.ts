import type { ServerEntry } from '../catalog/catalog.ts';
import { BUNDLES } from './bundles.generated.ts';
import type { IsolateCode } from './isolate.ts';
import type { HostedBundle, Manifest } from './manifest.ts';

/** A server that runs in isolates, with the code that runs there. */
export interface HostedServer extends ServerEntry, IsolateCode {
  readonly availability: Manifest['availability'];
}

/** The servers of the monorepo, as they were bundled. */
export const HOSTED_SERVERS: readonly HostedServer[] = BUNDLES.servers.map(hostedServer);

function hostedServer({ manifest, modules, ...bundle }: HostedBundle): HostedServer {
  const texts = Object.fromEntries(modules.map(name => [name, BUNDLES.modules[name] ?? '']));
  const shown = { kind: 'hosted', tools: {}, callTimeoutMs: null } as const;
  return { ...manifest, ...bundle, ...shown, modules: async () => texts };
}

/** Whether a name is taken by a server of the monorepo, be it not offered here: names never shadow one another. */
export function isMonorepoName(name: string): boolean {
  return HOSTED_SERVERS.some(server => server.name === name && server.availability !== 'template');
}

/** The server of the monorepo that an operator's servers of a kind run in: src/servers/<name>, by that name. */
export function templateOf(name: string): IsolateCode {
  const template = HOSTED_SERVERS.find(server => server.name === name);
  if (!template) throw new Error(`the bundle has no server "${name}"`);
  return template;
}

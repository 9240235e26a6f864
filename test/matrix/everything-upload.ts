import { bundleServers } from '../../src/runtime/bundle.ts';
import type { SubmittedDocument } from '../support/catalog.ts';

/** The server `everything` as an operator would upload it: its bundled modules as `code`. */
export async function everythingUpload(name: string): Promise<SubmittedDocument> {
  const { modules, servers } = await bundleServers();
  const everything = servers.find(server => server.name === 'everything');
  if (!everything) throw new Error('there is no server everything');
  const { mainModule, modules: used } = everything;
  return {
    kind: 'code',
    name,
    title: 'Everything, uploaded',
    description: 'The playground, as code of an operator.',
    mainModule,
    modules: Object.fromEntries(used.map(module => [module, modules[module] ?? ''])),
  };
}

import { isDevelopment } from '../env.ts';
import { HOSTED_SERVERS, type HostedServer } from '../runtime/hosted-servers.ts';
import { availableIn } from '../runtime/offered-servers.ts';
import { hostedDefinitions } from './known-definitions.ts';
import type { Prepare, Publisher } from './publisher.ts';
import { invalid, listed } from './refusal.ts';
import { checkToolChanges } from './tool-changes.ts';

/** Accepts another look of a server of the monorepo, as far as its tools are there. */
export const prepareHosted: Prepare<'hosted'> = async (document, publisher) => {
  const server = monorepoServer(document.name, publisher);
  checkToolChanges(await hostedDefinitions(server, publisher), document.tools);
  return { document, artifacts: {} };
};

/** A server that lacks its connections may be changed too: it is there as soon as it has one. */
function monorepoServer(name: string, { settings }: Publisher): HostedServer {
  const there = HOSTED_SERVERS.filter(availableIn(isDevelopment(settings)));
  const server = there.find(each => each.name === name);
  if (server) return server;
  throw invalid(
    `name: there is no server "${name}" in the monorepo. Those there are: ${listed(there.map(each => each.name))}.`,
  );
}

import { type Deployment, siteOf } from '../../deployment.ts';
import type { Env } from '../../env.ts';
import type { Site } from '../../grants/resources.ts';
import { offerOf } from '../../runtime/offered-servers.ts';

/** A server as people read of it. */
export interface VisibleServer {
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/** What somebody can see of what the gateway offers. */
export interface Visible {
  readonly site: Site;
  readonly servers: readonly VisibleServer[];
}

/**
 * What is there for the people of an organisation; before anyone has signed in, what is there for all, and of all else no more
 * than its name.
 * @param tenant null while nobody has signed in.
 */
export async function visibleTo(
  env: Env,
  { origin, site, hosted }: Deployment,
  tenant: string | null,
): Promise<Visible> {
  if (tenant !== null) {
    const offer = await offerOf(env, tenant);
    return { site: siteOf(origin, offer), servers: offer.servers };
  }
  const known = new Map(hosted.map(server => [server.name, server]));
  const servers = site.servers.map(name => known.get(name) ?? { name, title: name, description: '' });
  return { site, servers };
}

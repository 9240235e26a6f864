import type { OAuthHelpers } from '@cloudflare/workers-oauth-provider';

/**
 * What clients call themselves, by id. Metadata documents are read from the clients' own hosts: what fails or takes longer
 * than `limitMs` is left out, as are clients that are gone. Names are the clients' own invention.
 */
export async function clientNames(
  oauth: OAuthHelpers,
  clients: Iterable<string>,
  limitMs: number,
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const lookUp = async (id: string) => {
    const name = (await oauth.lookupClient(id))?.clientName;
    if (name) names.set(id, name);
  };
  const lookups = Promise.allSettled([...new Set(clients)].map(lookUp));
  const { promise: timeUp, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, limitMs);
  await Promise.race([lookups, timeUp]);
  clearTimeout(timer);
  // A copy: a name that comes late must not appear while others are being shown.
  return new Map(names);
}

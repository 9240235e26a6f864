import { invalid } from './refusal.ts';

/**
 * Refuses an address with a query: it often holds a key, and a document is shown to auditors, and exported, as it is.
 * @param member of the document. @param instead what would be right.
 * @throws GatehouseError `server_invalid`, without the address.
 */
export function requireNoQuery(member: string, url: string, instead: string): void {
  if (!url.includes('?')) return;
  throw invalid(
    `${member}: it must have no query ("?…"), since all of a document is shown to auditors and exported. ${instead}`,
  );
}

import { OAuthError } from '@cloudflare/workers-oauth-provider';
import type { GrantStore } from '../src/grants/grant-store.ts';
import type { GrantRecords } from './grant-records.ts';

/**
 * The store of a user's grants as the token endpoint may use it: grants that are there can be changed, and get tokens. One that
 * ended while its request was under way is not written back to life; the request is refused.
 */
export function livingGrants(store: GrantStore, records: GrantRecords): GrantStore {
  return {
    readGrant: key => store.readGrant(key),
    deleteGrant: key => store.deleteGrant(key),
    listGrants: prefix => store.listGrants(prefix),
    async writeGrant(key, record) {
      if (!records.hasGrantOf(key)) {
        throw new OAuthError('invalid_grant', { description: 'The grant has just ended; sign in again.' });
      }
      // In the same turn, so that nothing can end it in between.
      await store.writeGrant(key, record);
    },
  };
}

import type { ApiCall } from './api-route.ts';
import { flawed } from './problem.ts';

/** The version that `If-Match` has named: whatever stores it compares once more when it writes. */
export function matchedVersion({ matched }: ApiCall): number | undefined {
  return matched && 'version' in matched ? Number(matched.version) : undefined;
}

/**
 * The version that a change was made from, by its query or by `If-Match`.
 * @throws GatehouseError `query_invalid` where neither says.
 */
export function baseOf(call: ApiCall, basedOn: number | undefined): number {
  const base = basedOn ?? matchedVersion(call);
  if (base !== undefined) return base;
  const message = 'say which version the change was made from, here or by If-Match';
  throw flawed('query_invalid', 'The query', [{ path: 'basedOn', message }]);
}

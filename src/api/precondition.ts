import { GatehouseError } from '../errors.ts';
import { refuse } from './admission.ts';
import type { ApiCall, ApiRoute } from './api-route.ts';
import { entityTag, names } from './entity-tag.ts';
import { textOf } from './representation.ts';

/**
 * Whether a change may be made to what its path names, as it is now (RFC 9110 section 13.1.1): `If-Match` has the ETag of what
 * GET answers there. What has no such GET has no representation, so nothing fits.
 * @returns what GET answers, so that the change is based on exactly that; null where nothing was asked.
 * @throws GatehouseError `precondition_failed`.
 */
export async function requireMatch(
  reading: ApiRoute | null,
  request: Request,
  call: ApiCall,
): Promise<object | null> {
  const wanted = request.headers.get('if-match');
  if (wanted === null) return null;
  const now = reading && (await representation(reading, call));
  if (reading && now && names(wanted, entityTag(textOf(reading, now)), { isWeak: false })) return now;
  throw new GatehouseError(
    'precondition_failed',
    'If-Match does not fit what is there now: it has been changed, or there is none. GET it again.',
  );
}

async function representation(reading: ApiRoute, call: ApiCall): Promise<object | null> {
  if (refuse(reading, call.principal)) return null;
  try {
    const answer = await reading.serve({ ...call, query: {}, body: undefined });
    return answer instanceof Response ? null : answer;
  } catch (error) {
    if (error instanceof GatehouseError && error.httpStatus === 404) return null;
    throw error;
  }
}

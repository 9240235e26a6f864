import { parseAccept } from 'hono/utils/accept';
import { GatehouseError } from '../errors.ts';
import type { ApiRoute } from './api-route.ts';

const JSON_TYPE = 'application/json';

/**
 * Refuses a request that wants no answer of the kind that its route gives (RFC 9110 section 12.5.1). Who takes problems
 * takes JSON.
 * @throws GatehouseError `accept_unsupported`.
 */
export function requireAcceptable({ media = JSON_TYPE }: ApiRoute, accept: string | null): void {
  if (accept === null || accept.trim() === '') return;
  const wanted = parseAccept(accept);
  if (wanted.some(({ type, q }) => q > 0 && fits(type.toLowerCase(), media))) return;
  throw new GatehouseError('accept_unsupported', `This answers ${media}; Accept has to allow that.`);
}

function fits(range: string, media: string): boolean {
  if (range === '*/*' || range === media) return true;
  if (media === JSON_TYPE && range === 'application/problem+json') return true;
  return range === `${media.split('/')[0]}/*`;
}

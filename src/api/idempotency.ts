import { lengthPrefixed, toBase64url } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import { type ErrorCode, GatehouseError } from '../errors.ts';
import {
  idempotencyOf,
  type KeptAnswer,
  type KeyedRequest,
  type KnownRequest,
} from '../grants/idempotency.ts';
import type { ApiCall } from './api-route.ts';
import { problem } from './problem.ts';

/** Visible ASCII, as other APIs take it; a quoted string (the draft's way) is such text too. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/** What makes a request the same as another. */
export interface Asked {
  readonly request: Request;
  readonly body: string;
}

/**
 * Carries out a change once for each key (draft-ietf-httpapi-idempotency-key-header): the same request with the same key, by
 * the same client of the same user, within a day, is answered as the first was. Without a key it is just carried out.
 * @throws GatehouseError `idempotency_conflict`, `idempotency_mismatch`, `idempotency_unknown`, `quota_exceeded`,
 *   `header_invalid`.
 */
export async function once(
  call: Pick<ApiCall, 'env' | 'principal'>,
  asked: Asked,
  change: () => Promise<Response>,
): Promise<Response> {
  const key = asked.request.headers.get('idempotency-key');
  if (key === null) return change();
  if (!KEY.test(key))
    throw new GatehouseError('header_invalid', 'Idempotency-Key is 1 to 255 visible characters of ASCII.');
  const { tenant, subject, client } = call.principal;
  const owner = { tenant, subject };
  const keyed = keyedRequest(key, client, asked);
  const keeper = idempotencyOf(call.env, owner);
  const known = await keeper.beginRequest(owner, keyed);
  if (known.state === 'answered') return answerAgain(known.answer);
  if (known.state !== 'new') throw refusalOf(known.state);
  const response = await change().catch(error => problem(error));
  const answer = await keptAnswer(response.clone());
  // 503 says that nothing was done yet: it may come again.
  await keeper.endRequest(owner, keyed, response.status === 503 ? null : answer);
  return response;
}

type Refused = Exclude<KnownRequest['state'], 'new' | 'answered'>;

function refusalOf(state: Refused): GatehouseError {
  const [code, message] = REFUSALS[state];
  return new GatehouseError(code, message);
}

const REFUSALS = {
  running: [
    'idempotency_conflict',
    'A request with this Idempotency-Key is being carried out; ask again in a moment.',
  ],
  other: [
    'idempotency_mismatch',
    'Another request has this Idempotency-Key; each request takes a key of its own.',
  ],
  unknown: [
    'idempotency_unknown',
    'The request with this Idempotency-Key was cut off: it may have been carried out or not. Look, then use a new key.',
  ],
  large: [
    'idempotency_unknown',
    'The request with this Idempotency-Key was carried out, and its answer was too large to be kept.',
  ],
  full: [
    'quota_exceeded',
    'You have used too many values of Idempotency-Key within a day; leave the header out, or wait.',
  ],
} as const satisfies Readonly<Record<Refused, readonly [ErrorCode, string]>>;

function keyedRequest(key: string, client: string, { request, body }: Asked): KeyedRequest {
  const { pathname, search } = new URL(request.url);
  const ifMatch = request.headers.get('if-match') ?? '';
  return {
    key: digest('idempotency-key', client, key),
    request: digest('idempotent-request', request.method, pathname, search, ifMatch, body),
  };
}

function digest(...fields: string[]): string {
  return toBase64url(sha256(lengthPrefixed(...fields)));
}

const KEPT_HEADERS = ['content-type', 'content-disposition'];

async function keptAnswer(response: Response): Promise<KeptAnswer> {
  const headers = KEPT_HEADERS.flatMap(name => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  const body = response.body === null ? null : await response.text();
  return { status: response.status, headers: Object.fromEntries(headers), body };
}

function answerAgain({ status, headers, body }: KeptAnswer): Response {
  return new Response(body, {
    status,
    headers: { ...headers, 'cache-control': 'no-store', 'idempotency-replayed': 'true' },
  });
}

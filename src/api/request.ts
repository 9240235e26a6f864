import * as z from 'zod';
import type { Settings } from '../env.ts';
import { GatehouseError } from '../errors.ts';
import type { PageQuery } from '../grants/tenant.ts';
import { readJsonBody } from '../protocol/json-body.ts';
import type { ApiRoute } from './api-route.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

const nothing = z.strictObject({});
const pageSchema = z.strictObject({
  after: z.string().default(''),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
});

/**
 * Reads the query of a call. Parameters that mean nothing are refused, so that none is thought to have done something.
 * @throws GatehouseError `query_invalid`.
 */
export function pageOf({ isPaged }: ApiRoute, query: URLSearchParams): PageQuery {
  const parsed = (isPaged ? pageSchema : nothing).safeParse(Object.fromEntries(query));
  if (!parsed.success)
    throw new GatehouseError('query_invalid', `The query is wrong: ${textOf(parsed.error)}.`);
  return { after: '', limit: DEFAULT_LIMIT, ...parsed.data };
}

/**
 * Refuses a body that says anything: all that routes need is in their paths. None at all, and an empty object, are right.
 * @throws GatehouseError `body_invalid`, `body_too_large` and what else {@link readJsonBody} throws.
 */
export async function refuseBody(request: Request, settings: Settings): Promise<void> {
  if (!request.body || request.headers.get('content-length') === '0') return;
  const limits = { maxBytes: settings.MAX_BODY_BYTES, maxDepth: settings.MAX_JSON_DEPTH };
  const body = await readJsonBody(request, limits).catch(error => {
    if (error instanceof GatehouseError && error.code === 'body_not_json') return null;
    throw error;
  });
  const parsed = nothing.safeParse(body?.value);
  if (parsed.success) return;
  throw new GatehouseError('body_invalid', 'This takes no body, or an empty JSON object.');
}

function textOf({ issues: [issue] }: z.ZodError): string {
  return [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
}

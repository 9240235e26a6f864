import * as z from 'zod';
import type { Settings } from '../env.ts';
import { GatehouseError } from '../errors.ts';
import type { PageQuery } from '../grants/tenant.ts';
import { readJsonBody } from '../protocol/json-body.ts';
import type { ApiRoute } from './api-route.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

const nothing = z.strictObject({});
const pageShape = {
  after: z.string().default(''),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
};

/** What a query says: which part of a list, and whatever else the route knows. */
export interface Query {
  readonly page: PageQuery;
  readonly rest: unknown;
}

/**
 * Reads the query of a call. Parameters that mean nothing are refused, so that none is thought to have done something.
 * @throws GatehouseError `query_invalid`.
 */
export function queryOf({ isPaged, query = nothing }: ApiRoute, parameters: URLSearchParams): Query {
  const schema = z.strictObject({ ...query.shape, ...(isPaged && pageShape) });
  const parsed = schema.safeParse(Object.fromEntries(parameters));
  if (!parsed.success)
    throw new GatehouseError('query_invalid', `The query is wrong: ${textOf(parsed.error)}.`);
  const { after = '', limit = DEFAULT_LIMIT, ...rest } = parsed.data as Partial<PageQuery>;
  return { page: { after, limit }, rest };
}

/**
 * Reads the body of a call. Where a route takes none, one that says anything is refused; none at all, and an empty object,
 * are right.
 * @throws GatehouseError `body_invalid`, `body_too_large` and what else {@link readJsonBody} throws.
 */
export async function bodyOf({ body }: ApiRoute, request: Request, settings: Settings): Promise<unknown> {
  if (body) return checkedBody(body, request, settings);
  await refuseBody(request, settings);
  return undefined;
}

async function checkedBody(schema: z.ZodType, request: Request, settings: Settings): Promise<unknown> {
  const { value } = await readJsonBody(request, {
    maxBytes: settings.MAX_SERVER_DOCUMENT_BYTES,
    maxDepth: settings.MAX_SERVER_DOCUMENT_DEPTH,
    settings: { bytes: 'MAX_SERVER_DOCUMENT_BYTES', depth: 'MAX_SERVER_DOCUMENT_DEPTH' },
  });
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new GatehouseError('body_invalid', `The body is wrong: ${textOf(parsed.error)}.`);
}

async function refuseBody(request: Request, settings: Settings): Promise<void> {
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

/** The first thing that is wrong, and where. */
export function textOf({ issues: [issue] }: z.ZodError): string {
  return [issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
}

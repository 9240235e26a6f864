import * as z from 'zod';
import type { Settings } from '../env.ts';
import { GatehouseError } from '../errors.ts';
import type { PageQuery } from '../grants/tenant.ts';
import { readJsonBody } from '../protocol/json-body.ts';
import type { ApiRoute } from './api-route.ts';
import { type Flaw, flawed } from './problem.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 500;

/** Of a body that is wrong all over, so much is told. */
const MAX_FLAWS = 20;
const JSON_TYPE = /^application\/([a-z0-9.-]+\+)?json\s*(;|$)/i;

const nothing = z.strictObject({});
const pageShape = {
  after: z.string().default(''),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
};

/** A body as the route's schema made it, and as it came. */
export interface Body {
  readonly value: unknown;
  readonly text: string;
}

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
  if (!parsed.success) throw flawed('query_invalid', 'The query', flawsOf(parsed.error));
  const { after = '', limit = DEFAULT_LIMIT, ...rest } = parsed.data as Partial<PageQuery>;
  return { page: { after, limit }, rest };
}

/**
 * Reads the body of a call. Where a route takes none, one that says anything is refused; none at all, and an empty object,
 * are right.
 * @throws GatehouseError `body_invalid`, `body_too_large` and what else {@link readJsonBody} throws.
 */
export async function bodyOf({ body }: ApiRoute, request: Request, settings: Settings): Promise<Body> {
  requireJson(request);
  if (body) return checkedBody(body, request, settings);
  await refuseBody(request, settings);
  return { value: undefined, text: '' };
}

/** RFC 9110 section 15.5.16. What has no type was sent by somebody who means JSON; nothing else is ever meant here. */
function requireJson(request: Request): void {
  const type = request.headers.get('content-type');
  if (!request.body || type === null || JSON_TYPE.test(type)) return;
  throw new GatehouseError(
    'media_type_unsupported',
    'Bodies are JSON here: send Content-Type: application/json.',
  );
}

async function checkedBody(schema: z.ZodType, request: Request, settings: Settings): Promise<Body> {
  const { value, text } = await readJsonBody(request, {
    maxBytes: settings.MAX_SERVER_DOCUMENT_BYTES,
    maxDepth: settings.MAX_SERVER_DOCUMENT_DEPTH,
    settings: { bytes: 'MAX_SERVER_DOCUMENT_BYTES', depth: 'MAX_SERVER_DOCUMENT_DEPTH' },
  });
  const parsed = schema.safeParse(value);
  if (parsed.success) return { value: parsed.data, text };
  throw flawed('body_invalid', 'The body', flawsOf(parsed.error));
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

/** All that is wrong, and where; the first {@link MAX_FLAWS} of it. */
function flawsOf({ issues }: z.ZodError): Flaw[] {
  return issues.slice(0, MAX_FLAWS).map(({ path, message }) => ({ path: path.join('.'), message }));
}

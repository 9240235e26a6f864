import { refuse } from './admission.ts';
import type { ApiCall, ApiRoute } from './api-route.ts';
import { entityTag, names } from './entity-tag.ts';
import { once } from './idempotency.ts';
import { requireAcceptable } from './negotiation.ts';
import { requireMatch } from './precondition.ts';
import { textOf } from './representation.ts';
import { bodyOf, queryOf } from './request.ts';

/** What a request brings to its route: who asks, and where. */
export type Caller = Pick<ApiCall, 'env' | 'deployment' | 'exports' | 'principal'>;

/** A route that was asked for, and the thing that its path names. */
export interface Asking {
  readonly route: ApiRoute;
  /** The route that reads what the same path names, if any. */
  readonly reading: ApiRoute | null;
  readonly target: string;
}

/** Serves one request: whether it may be, what it says, whether it is to be carried out now, and its answer. */
export async function serve({ route, reading, target }: Asking, request: Request, caller: Caller) {
  const refusal = refuse(route, caller.principal);
  if (refusal) return refusal;
  requireAcceptable(route, request.headers.get('accept'));
  const { page, rest: query } = queryOf(route, new URL(request.url).searchParams);
  const { value: body, text } = await bodyOf(route, request, caller.deployment.settings);
  const call: ApiCall = { ...caller, target, page, query, body, matched: null };
  if (route.method === 'GET') return read(route, request, call);
  return once(call, { request, body: text }, async () => {
    const matched = await requireMatch(reading, request, call);
    return answered(route, await route.serve({ ...call, matched }));
  });
}

async function read(route: ApiRoute, request: Request, call: ApiCall): Promise<Response> {
  const answer = await route.serve(call);
  if (answer === null || answer instanceof Response) return answered(route, answer);
  const text = textOf(route, answer);
  const etag = entityTag(text);
  const headers = { ...headersOf(route), etag, ...linkOf(route, request, answer) };
  const known = request.headers.get('if-none-match');
  if (known !== null && names(known, etag, { isWeak: true }))
    return new Response(null, { status: 304, headers });
  return new Response(text, { headers });
}

/** What a change answers. */
function answered(route: ApiRoute, answer: object | null): Response {
  if (answer instanceof Response) return answer;
  if (answer === null) return new Response(null, { status: 204, headers: NOT_KEPT });
  return new Response(textOf(route, answer), { headers: headersOf(route) });
}

const NOT_KEPT = { 'cache-control': 'no-store' } as const;

function headersOf({ file }: ApiRoute): Record<string, string> {
  const disposition = file && { 'content-disposition': `attachment; filename="${file}"` };
  return { ...NOT_KEPT, 'content-type': 'application/json', ...disposition };
}

/** RFC 8288: where the next page is. */
function linkOf({ isPaged }: ApiRoute, request: Request, answer: object): Record<string, string> {
  const next = 'next' in answer ? answer.next : null;
  if (!isPaged || typeof next !== 'string') return {};
  const url = new URL(request.url);
  url.searchParams.set('after', next);
  return { link: `<${url.pathname}${url.search}>; rel="next"` };
}

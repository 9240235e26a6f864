import type * as z from 'zod';
import type { Deployment } from '../deployment.ts';
import type { Env } from '../env.ts';
import type { PageQuery } from '../grants/tenant.ts';
import type { Principal, Role } from '../principal.ts';
import type { CapabilityExports } from '../runtime/isolate.ts';
import type { SchemaName } from './schemas.ts';

/** One call of the API, by somebody who may make it. */
export interface ApiCall {
  readonly env: Env;
  readonly deployment: Deployment;
  /** The entrypoints of this Worker (`ctx.exports`). */
  readonly exports: CapabilityExports;
  readonly principal: Principal;
  /** The `{id}`, `{subject}` or `{name}` of the path, decoded; empty where it has none. */
  readonly target: string;
  /** Which part of a list is asked for. */
  readonly page: PageQuery;
  /** The rest of the query, and the body, as the route's schemas made them; see {@link taking}. */
  readonly query: unknown;
  readonly body: unknown;
  /** What the GET of the same path answers, where the request has an `If-Match` that fits it; else null. */
  readonly matched: object | null;
}

/**
 * One route of the API, with the rule of who may call it. Routing, the description and the checks are all made from it,
 * so no route can be without a rule.
 */
export interface ApiRoute {
  /** The operation's name in the description. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As OpenAPI writes it, with at most one parameter: `/api/v1/sessions/{id}`. */
  readonly path: `/api/v1/${string}`;
  /** The scope that the token must have. */
  readonly scope: string;
  /** The roles of which the caller must have one, at this request. */
  readonly roles: readonly Role[];
  readonly summary: string;
  /** The schema of the answer; null where it has no body. */
  readonly answer: SchemaName | null;
  /** Whether it is a list that comes in pages. */
  readonly isPaged?: true;
  /** The name of the file that the answer is: then it is written to be read by people. */
  readonly file?: `${string}.json`;
  /** The media type of an answer that is no JSON; then `serve` makes the whole response. */
  readonly media?: string;
  /** What else a query may say. */
  readonly query?: z.ZodObject;
  /** What its body must be; none, or an empty object, where it is left out. */
  readonly body?: z.ZodType;
  /** @returns what the answer's body is; null for none; a response where it is no JSON. */
  readonly serve: (call: ApiCall) => Promise<object | null>;
}

/** A table of routes that keeps what each says of itself in its type, so that clients can be typed by it. */
export function routes<const Routes extends readonly ApiRoute[]>(all: Routes): Routes {
  return all;
}

/** What a route takes, and who serves what was taken. */
interface Taking<Query extends z.ZodObject, Body extends z.ZodType> {
  readonly query?: Query;
  readonly body?: Body;
  readonly serve: (
    call: ApiCall,
    taken: { readonly query: z.output<Query>; readonly body: z.output<Body> },
  ) => Promise<object | null>;
}

/** The members of a route that takes more than its path: whoever serves it gets what its schemas made of query and body. */
export function taking<Query extends z.ZodObject = z.ZodObject, Body extends z.ZodType = z.ZodType>({
  query,
  body,
  serve,
}: Taking<Query, Body>): { readonly query: Query; readonly body: Body; readonly serve: ApiRoute['serve'] } {
  return {
    ...(query && { query }),
    ...(body && { body }),
    serve: call => serve(call, { query: call.query as z.output<Query>, body: call.body as z.output<Body> }),
    // What is left out of a route is left out here; only its type says that it could be any.
  } as { readonly query: Query; readonly body: Body; readonly serve: ApiRoute['serve'] };
}

import type { Deployment } from '../deployment.ts';
import type { Env } from '../env.ts';
import type { PageQuery } from '../grants/tenant.ts';
import type { Principal, Role } from '../principal.ts';
import type { SchemaName } from './schemas.ts';

/** One call of the API, by somebody who may make it. */
export interface ApiCall {
  readonly env: Env;
  readonly deployment: Deployment;
  readonly principal: Principal;
  /** The `{id}` or `{subject}` of the path, decoded; empty where it has none. */
  readonly target: string;
  /** Which part of a list is asked for. */
  readonly page: PageQuery;
}

/**
 * One route of the API, with the rule of who may call it. Routing, the description and the checks are all made from it,
 * so no route can be without a rule.
 */
export interface ApiRoute {
  /** The operation's name in the description. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As OpenAPI writes it, with at most one parameter: `/api/sessions/{id}`. */
  readonly path: `/api/${string}`;
  /** The scope that the token must have. */
  readonly scope: string;
  /** The roles of which the caller must have one, at this request. */
  readonly roles: readonly Role[];
  readonly summary: string;
  /** The schema of the answer; null where it has no body. */
  readonly answer: SchemaName | null;
  /** Whether it is a list that comes in pages. */
  readonly isPaged?: true;
  /** @returns what the answer's body is; null for none. */
  readonly serve: (call: ApiCall) => Promise<object | null>;
}

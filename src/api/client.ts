import type * as z from 'zod';
import type { ApiRoute } from './api-route.ts';
import type { API_ROUTES } from './dispatch.ts';
import type { Flaw } from './problem.ts';
import type { SCHEMAS, SchemaName } from './schemas.ts';

/** The routes by their names, as the tables say them. A table that says less of its types is left out. */
export type Operations = {
  readonly [Route in (typeof API_ROUTES)[number] as string extends Route['name']
    ? never
    : Route['name']]: Route;
};

/** The name of an operation. */
export type OperationName = keyof Operations;

/** What an operation answers; null where it answers nothing. */
export type AnswerOf<Name extends OperationName> = Operations[Name]['answer'] extends SchemaName
  ? z.output<(typeof SCHEMAS)[Operations[Name]['answer']]>
  : null;

/** What an operation is asked for with. */
export interface Asked<Name extends OperationName> {
  /** What its path names, such as a server. */
  readonly target?: string;
  readonly query?: InputOf<Operations[Name], 'query'> & { readonly after?: string; readonly limit?: number };
  readonly body?: InputOf<Operations[Name], 'body'>;
  /** An ETag: only what is as it says is changed. */
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
}

type InputOf<Route extends ApiRoute, Part extends 'query' | 'body'> = Route extends {
  readonly [Member in Part]: infer Schema extends z.ZodType;
}
  ? z.input<Schema>
  : object;

/** What the API refused, as it said so (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string;
  readonly errors: readonly Flaw[];

  constructor({ status, code, detail, errors = [] }: z.output<(typeof SCHEMAS)['Problem']>) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** What is sent, of whatever operation. */
interface Sent {
  readonly target?: string;
  readonly query?: object;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
}

interface Described {
  readonly method: string;
  readonly path: string;
}

/** The API as programs call it: each operation by its name, typed by the table of routes. Runs wherever there is `fetch`. */
export class GatehouseApi {
  readonly #origin: string;
  readonly #token: string;
  readonly #operations: ReadonlyMap<string, Described>;

  private constructor(origin: string, token: string, operations: ReadonlyMap<string, Described>) {
    this.#origin = origin;
    this.#token = token;
    this.#operations = operations;
  }

  /** The API of a gateway, by the description that it gives of itself. */
  static async at(origin: string, token: string): Promise<GatehouseApi> {
    const response = await fetch(`${origin}/api/v1/openapi.json`);
    const { paths } = (await response.json()) as {
      paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
    };
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => [operationId, { method, path }] as const),
    );
    return new GatehouseApi(origin, token, new Map(operations));
  }

  /** @throws ApiProblem where the API refuses. */
  async call<Name extends OperationName>(name: Name, asked: Asked<Name> = {}): Promise<AnswerOf<Name>> {
    const { answer } = await this.read(name, asked);
    return answer;
  }

  /** The same with the entity tag of the answer, to base a change on. */
  async read<Name extends OperationName>(
    name: Name,
    asked: Asked<Name> = {},
  ): Promise<{ readonly answer: AnswerOf<Name>; readonly etag: string | null }> {
    const response = await this.#send(name, asked);
    const text = await response.text();
    if (!response.ok) throw new ApiProblem(JSON.parse(text));
    const answer = (text === '' ? null : JSON.parse(text)) as AnswerOf<Name>;
    return { answer, etag: response.headers.get('etag') };
  }

  /** Every page of a list, one after the other. */
  async *pages<Name extends OperationName>(
    name: Name,
    asked: Asked<Name> = {},
  ): AsyncGenerator<AnswerOf<Name>> {
    let query = asked.query;
    for (;;) {
      const answer = await this.call(name, { ...asked, ...(query && { query }) });
      yield answer;
      const next = (answer as { readonly next?: string | null } | null)?.next;
      if (!next) return;
      query = { ...query, after: next } as typeof query;
    }
  }

  #send(name: string, asked: Sent): Promise<Response> {
    const { target = '', query = {}, body, ifMatch, idempotencyKey } = asked;
    const { method, path } = this.#operations.get(name) ?? { method: 'get', path: `/api/v1/${name}` };
    const url = new URL(path.replace(/\{\w+\}/, encodeURIComponent(target)), this.#origin);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, String(value));
    return fetch(url, {
      method: method.toUpperCase(),
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(ifMatch && { 'if-match': ifMatch }),
        ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}

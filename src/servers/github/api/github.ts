import type * as z from 'zod';
import { exchange, parseJson, type Received } from './exchange.ts';
import { GitHubError } from './github-error.ts';

/** What every request says of itself. GitHub refuses those without a user agent. */
const HEADERS = {
  accept: 'application/vnd.github+json',
  'x-github-api-version': '2022-11-28',
  'user-agent': 'gatehouse-github-server',
} as const;

const RAW = 'application/vnd.github.raw+json';

/** What a request that makes something is answered with. */
const CREATED = 201;

/** What may be asked for beside the path. Parameters that are undefined are left out. */
export interface ReadOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** The media type, where it is not the usual one. */
  readonly accept?: string;
  /** Ends the request when the caller has gone. */
  readonly signal: AbortSignal;
}

/** What GitHub answered, and whether a further page follows (its `Link` header, RFC 8288). */
export interface Answer<Body> {
  readonly body: Body;
  readonly hasMore: boolean;
}

/**
 * GitHub's REST API. Paths are given as segments, which are escaped here. Requests carry no credential: whatever runs
 * this server adds one on the way out.
 */
export class GitHub {
  readonly #baseUrl: string;

  /** @param baseUrl such as `https://api.github.com`, with or without a slash at its end. */
  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
  }

  /** @throws GitHubError where GitHub refuses, fails, or answers in another shape. */
  async read<Schema extends z.ZodType>(
    path: readonly string[],
    shape: Schema,
    { accept = HEADERS.accept, ...options }: ReadOptions,
  ): Promise<Answer<z.output<Schema>>> {
    const received = await this.#get(path, { ...options, accept });
    const hasMore = /\brel="next"/.test(received.headers.get('link') ?? '');
    return { body: parsed(received, shape), hasMore };
  }

  /** The bytes of something that is no JSON. @throws GitHubError as `read` does. */
  async readRaw(path: readonly string[], options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#get(path, { ...options, accept: RAW })).bytes;
  }

  /**
   * Makes something new. Where GitHub has it elsewhere by now, nothing is made: on the way through a redirect, a request may
   * have become one that only reads.
   * @throws GitHubError as `read` does; where GitHub has failed, it says that the outcome is unknown.
   */
  async write<Schema extends z.ZodType>(
    path: readonly string[],
    shape: Schema,
    body: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<z.output<Schema>> {
    const headers = { ...HEADERS, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body), redirect: 'manual' } as const;
    try {
      const received = await exchange(this.#url(path), init, signal);
      if (received.status !== CREATED) throw notMade();
      return parsed(received, shape);
    } catch (error) {
      throw error instanceof GitHubError ? error.ofWrite() : error;
    }
  }

  #get(path: readonly string[], { query = {}, accept, signal }: ReadOptions): Promise<Received> {
    const url = this.#url(path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return exchange(url, { headers: { ...HEADERS, ...(accept !== undefined && { accept }) } }, signal);
  }

  #url(path: readonly string[]): URL {
    return new URL(
      this.#baseUrl + path.map(segment => `/${encodeURIComponent(segment.toWellFormed())}`).join(''),
    );
  }
}

function parsed<Schema extends z.ZodType>({ bytes }: Received, shape: Schema): z.output<Schema> {
  const result = shape.safeParse(parseJson(bytes));
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join('.') || 'the whole';
  throw new GitHubError('upstream', `GitHub answered in a shape that this server does not know (${where}).`);
}

function notMade(): GitHubError {
  return new GitHubError(
    'not_found',
    'It was moved, and nothing was made. Read it first, and use the name that it has now.',
  );
}

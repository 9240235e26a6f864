import type * as z from 'zod';
import { readBounded } from './bounded-body.ts';
import { GitHubError } from './github-error.ts';
import { refusalOf } from './refusal.ts';

/** How long GitHub may take for one answer. It gives up by itself after ten seconds. */
const TIMEOUT_MS = 30_000;

/** What every request says of itself. GitHub refuses those without a user agent. */
const HEADERS = {
  accept: 'application/vnd.github+json',
  'x-github-api-version': '2022-11-28',
  'user-agent': 'gatehouse-github-server',
} as const;

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

  constructor(baseUrl: string) {
    this.#baseUrl = baseUrl.replace(/\/+$/, '');
  }

  /** @throws GitHubError where GitHub refuses, fails, or answers in another shape. */
  async read<Schema extends z.ZodType>(
    path: readonly string[],
    shape: Schema,
    { query = {}, accept = HEADERS.accept, signal }: ReadOptions,
  ): Promise<Answer<z.output<Schema>>> {
    const url = new URL(this.#baseUrl + pathOf(path));
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return exchange(url, { headers: { ...HEADERS, accept } }, shape, signal);
  }

  /**
   * Makes something new. A redirect is not followed: `fetch` would turn the request into one that reads.
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
      return (await exchange(new URL(this.#baseUrl + pathOf(path)), init, shape, signal)).body;
    } catch (error) {
      throw error instanceof GitHubError ? error.ofWrite() : error;
    }
  }
}

async function exchange<Schema extends z.ZodType>(
  url: URL,
  init: RequestInit,
  shape: Schema,
  signal: AbortSignal,
): Promise<Answer<z.output<Schema>>> {
  const { response, text } = await send(url, init, signal);
  const json = parseJson(text);
  if (!response.ok) throw refusalOf(response, json, Date.now());
  const parsed = shape.safeParse(json);
  if (!parsed.success) throw unknownShape(parsed.error.issues[0]);
  return { body: parsed.data, hasMore: /\brel="next"/.test(response.headers.get('link') ?? '') };
}

async function send(url: URL, init: RequestInit, signal: AbortSignal) {
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.any([signal, deadline]) });
    return { response, text: await readBounded(response) };
  } catch (error) {
    if (signal.aborted || error instanceof GitHubError) throw error;
    const reason = deadline.aborted ? `did not answer within ${TIMEOUT_MS / 1000} s` : 'could not be reached';
    throw new GitHubError(
      'upstream',
      `GitHub ${reason}. Try again later; if it stays so, tell whoever runs this gateway.`,
    );
  }
}

function pathOf(segments: readonly string[]): string {
  return segments.map(segment => `/${encodeURIComponent(segment)}`).join('');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unknownShape(issue: z.core.$ZodIssue | undefined): GitHubError {
  const where = issue?.path.join('.') || 'the whole';
  return new GitHubError('upstream', `GitHub answered in a shape that this server does not know (${where}).`);
}

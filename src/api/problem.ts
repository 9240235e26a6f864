import { type ErrorCode, GatehouseError, toHttpStatus, toRpcError } from '../errors.ts';
import type { PolicyProblem } from '../policy/parse-policy.ts';

/** One thing that is wrong with a query or a body. */
export interface Flaw {
  /** Members with dots between them; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** What the reference page says of a code; relative, as RFC 9457 section 3.1.1 allows. */
export const problemType = (code: string): string => `/api/v1/reference#problem-${code}`;

/** The answer to a request that failed (RFC 9457): a stable code, and words for people. */
export function problem(error: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const { message: detail } = toRpcError(error);
  const code = error instanceof GatehouseError ? error.code : 'internal_error';
  const errors = flawsOf(error);
  return problemResponse({ code, status: toHttpStatus(error), detail, errors }, headers);
}

/** A refusal that was written by a library (RFC 6750) as a problem like all others. Its headers stay: they tell how to get in. */
export async function asProblem(response: Response): Promise<Response> {
  const { status } = response;
  const type = response.headers.get('content-type') ?? 'application/json';
  if (status < 400 || !/^application\/json\b/.test(type)) return response;
  // Who brings no token is told nothing but where to get one (RFC 6750 section 3.1).
  const { error, error_description } = JSON.parse((await response.text()) || NO_TOKEN) as Record<
    string,
    unknown
  >;
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  headers.delete('content-type');
  return problemResponse(
    { code: String(error), status, detail: String(error_description ?? error) },
    headers,
  );
}

const NO_TOKEN = JSON.stringify({
  error: 'token_missing',
  error_description: 'This takes an access token: Authorization: Bearer …',
});

/** A refusal whose query or body has flaws. */
export function flawed(code: ErrorCode, what: string, errors: readonly Flaw[]): GatehouseError {
  const [{ path, message } = { path: '', message: '' }] = errors;
  const first = [path, message].filter(Boolean).join(': ');
  return new GatehouseError(code, `${what} is wrong: ${first}.`, { code, errors });
}

interface Told {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly Flaw[] | undefined;
}

function problemResponse({ code, status, detail, errors }: Told, more: HeadersInit): Response {
  const headers = new Headers(more);
  headers.set('content-type', 'application/problem+json');
  headers.set('cache-control', 'no-store');
  const body = { type: problemType(code), title: titleOf(code), status, detail, code, errors };
  return new Response(JSON.stringify(body), { status, headers });
}

/** The code in words: the same for each occurrence, as RFC 9457 section 3.1.3 wants it. */
export function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function flawsOf(error: unknown): readonly Flaw[] | undefined {
  const data = error instanceof GatehouseError ? error.data : null;
  if (typeof data !== 'object' || data === null) return undefined;
  if ('problems' in data) return (data.problems as readonly PolicyProblem[]).map(policyFlaw);
  return 'errors' in data ? (data.errors as readonly Flaw[]) : undefined;
}

function policyFlaw({ path, reason, rule, at }: PolicyProblem): Flaw {
  const place = [rule && `rule "${rule}"`, at && `line ${at.line}, column ${at.column}`]
    .filter(Boolean)
    .join(', ');
  return { path, message: place ? `${reason} (${place})` : reason };
}

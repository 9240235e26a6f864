import * as z from 'zod';
import { toOneLine } from '../text.ts';
import { GitHubError, type GitHubErrorKind } from './github-error.ts';
import { retryAdvice } from './retry.ts';

const MAX_REASON_CHARACTERS = 300;
const MAX_FIELDS = 10;

/** One thing that GitHub found wrong with what it was sent. */
const fieldError = z.object({
  resource: z.string().optional(),
  field: z.string().optional(),
  code: z.string().optional(),
  message: z.string().nullish(),
});

const refusedBody = z
  .object({
    message: z.string().catch(''),
    errors: z.array(z.union([fieldError, z.string()])).catch([]),
    error: z.string().optional().catch(undefined),
    connection: z
      .string()
      .regex(/^[a-z][a-z0-9-]*$/)
      .optional()
      .catch(undefined),
  })
  .catch({ message: '', errors: [] });
type RefusedBody = z.infer<typeof refusedBody>;

/** An answer that is no success, as it is judged here. */
interface Refused {
  readonly status: number;
  readonly headers: Headers;
  readonly body: RefusedBody;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
}

/** Which answers mean what, in the order in which they are tried, and what the caller is told. */
const REFUSALS: readonly {
  readonly kind: GitHubErrorKind;
  readonly matches: (refused: Refused) => boolean;
  readonly tell: (refused: Refused) => string;
}[] = [
  // What the gateway says in GitHub's place, since there is no credential to send.
  {
    kind: 'not_connected',
    matches: ({ status, body }) => status === 424 && isConnectionError(body),
    tell: connect,
  },
  { kind: 'rate_limited', matches: isRateLimited, tell: ({ headers, nowMs }) => retryAdvice(headers, nowMs) },
  {
    kind: 'not_connected',
    matches: ({ status }) => status === 401,
    tell: () => 'GitHub did not accept the credential. The user has to connect GitHub again.',
  },
  { kind: 'no_access', matches: ({ status }) => status === 403 || status === 451, tell: noAccess },
  {
    kind: 'not_found',
    matches: ({ status }) => status === 404,
    tell: ({ body }) =>
      `${reasonOf(body)}. Either it does not exist, or the connected account may not see it, which GitHub does not tell apart.`,
  },
  {
    kind: 'not_found',
    matches: ({ status }) => [409, 410].includes(status) || (status >= 300 && status < 400),
    tell: ({ status, body }) =>
      status < 400 ? 'It was moved. Read it first, and use the name that it has now.' : `${reasonOf(body)}.`,
  },
  { kind: 'invalid', matches: ({ status }) => status >= 400 && status < 500, tell: invalid },
  {
    kind: 'upstream',
    matches: () => true,
    tell: ({ status }) =>
      `GitHub failed with status ${status}. Try again later; see https://www.githubstatus.com.`,
  },
];

/** What an answer that is no success means. `nowMs` is Unix time in milliseconds. */
export function refusalOf({ status, headers }: Response, json: unknown, nowMs: number): GitHubError {
  const refused = { status, headers, body: refusedBody.parse(json), nowMs };
  const found = REFUSALS.find(({ matches }) => matches(refused));
  return new GitHubError(found?.kind ?? 'upstream', found?.tell(refused) ?? '');
}

/** GitHub says 403 or 429 for both of its limits (docs: "Rate limits for the REST API"). */
function isRateLimited({ status, headers, body }: Refused): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const isSpent = headers.get('x-ratelimit-remaining') === '0' || headers.has('retry-after');
  return isSpent || /rate limit/i.test(body.message);
}

function isConnectionError({ error }: RefusedBody): boolean {
  return error === 'connection_missing' || error === 'connection_dead';
}

function connect({ body: { error, connection = 'github' } }: Refused): string {
  return error === 'connection_missing'
    ? `The user has not connected "${connection}" yet. They do so at /connect/${connection} of this gateway; then call again.`
    : `The connection "${connection}" is no longer good. The user has to connect it again at /connect/${connection} of this gateway.`;
}

/** GitHub names what a token lacks in headers: single sign-on of an organisation, scopes, or permissions. */
function noAccess({ headers, body }: Refused): string {
  const permissions = headers.get('x-accepted-github-permissions') ?? headers.get('x-accepted-oauth-scopes');
  return [
    `${reasonOf(body)}.`,
    ...(headers.has('x-github-sso')
      ? ['The organisation asks the user to authorize the connection for its single sign-on.']
      : []),
    ...(permissions
      ? [`GitHub wants one of these permissions: ${toOneLine(permissions, MAX_REASON_CHARACTERS)}.`]
      : []),
    'The user, or who owns the repository, has to give the connected account access.',
  ].join(' ');
}

function invalid({ body }: Refused): string {
  const fields = body.errors.slice(0, MAX_FIELDS).map(error => {
    if (typeof error === 'string') return toOneLine(error, MAX_REASON_CHARACTERS);
    const { field, code, message } = error;
    const what = message || code?.replaceAll('_', ' ') || 'is wrong';
    return toOneLine(field === undefined ? what : `${field}: ${what}`, MAX_REASON_CHARACTERS);
  });
  return [`${reasonOf(body)}.`, ...fields.map(field => `- ${field}`)].join('\n');
}

function reasonOf({ message }: RefusedBody): string {
  return toOneLine(message, MAX_REASON_CHARACTERS).replace(/\.$/, '') || 'GitHub refused without a reason';
}

import * as z from 'zod';
import { toOneLine } from '../text.ts';
import { gatewayProblemOf } from './gateway-problem.ts';
import { GitHubError, type GitHubErrorKind } from './github-error.ts';
import { retryAdvice } from './retry.ts';
import { singleSignOnAdvice } from './single-sign-on.ts';

const MAX_REASON_CHARACTERS = 300;
const MAX_FIELDS = 10;

/** One thing that GitHub found wrong with what it was sent. */
const fieldError = z.object({
  field: z.string().optional(),
  code: z.string().optional(),
  message: z.string().nullish(),
});

const refusedBody = z
  .object({
    message: z.string().catch(''),
    // Some endpoints answer one text in place of a list.
    errors: z.preprocess(found => [found].flat(), z.array(z.union([fieldError, z.string()]))).catch([]),
  })
  .catch({ message: '', errors: [] });

/** An answer that is no success, as it is judged here. */
interface Refused {
  readonly status: number;
  readonly headers: Headers;
  readonly body: z.infer<typeof refusedBody>;
  /** Unix time in milliseconds. */
  readonly nowMs: number;
}

/** Which answers mean what, in the order in which they are tried, and what the caller is told. */
const REFUSALS: readonly {
  readonly kind: GitHubErrorKind;
  readonly matches: (refused: Refused) => boolean;
  readonly tell: (refused: Refused) => string;
}[] = [
  { kind: 'rate_limited', matches: isRateLimited, tell: ({ headers, nowMs }) => retryAdvice(headers, nowMs) },
  {
    kind: 'not_connected',
    matches: ({ status }) => status === 401,
    tell: () => 'GitHub did not accept the credential. The user has to connect GitHub again.',
  },
  {
    kind: 'invalid',
    matches: isTooLarge,
    tell: () => "The file is larger than the 100 MB that GitHub's API reads.",
  },
  { kind: 'no_access', matches: ({ status }) => status === 403 || status === 451, tell: noAccess },
  {
    kind: 'not_found',
    matches: ({ status }) => status === 404,
    tell: refused =>
      `${reasonOf(refused)}. Either it does not exist, or the connected account may not see it, which GitHub does not tell apart.`,
  },
  {
    kind: 'not_found',
    matches: ({ status }) => status >= 300 && status < 400,
    tell: () => 'It was moved. Read it first, and use the name that it has now.',
  },
  // An empty repository, and issues that were deleted or are switched off.
  {
    kind: 'not_found',
    matches: ({ status }) => status === 409 || status === 410,
    tell: refused => `${reasonOf(refused)}.`,
  },
  { kind: 'invalid', matches: ({ status }) => status >= 400 && status < 500, tell: invalid },
];

/** What an answer that is no success means. `nowMs` is Unix time in milliseconds. */
export function refusalOf(response: Response, json: unknown, nowMs: number): GitHubError {
  const { status, headers } = response;
  const refused = { status, headers, body: refusedBody.parse(json), nowMs };
  const found = REFUSALS.find(({ matches }) => matches(refused));
  return (
    gatewayProblemOf(response, json) ??
    (found && new GitHubError(found.kind, found.tell(refused))) ??
    new GitHubError('upstream', `GitHub failed with status ${status}. Try again later.`)
  );
}

/** GitHub says 403 or 429 for both of its limits (docs: "Rate limits for the REST API"). */
function isRateLimited({ status, headers, body }: Refused): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  const isSpent = headers.get('x-ratelimit-remaining') === '0' || headers.has('retry-after');
  return isSpent || /rate limit|abuse detection/i.test(body.message);
}

function isTooLarge({ status, body }: Refused): boolean {
  return status === 403 && body.errors.some(error => typeof error !== 'string' && error.code === 'too_large');
}

/** GitHub names what a token lacks in headers: single sign-on of an organisation, scopes, or permissions. */
function noAccess(refused: Refused): string {
  const { headers } = refused;
  const permissions = headers.get('x-accepted-github-permissions') ?? headers.get('x-accepted-oauth-scopes');
  return [
    `${reasonOf(refused)}.`,
    ...singleSignOnAdvice(headers),
    ...(permissions
      ? [`GitHub wants one of these permissions: ${toOneLine(permissions, MAX_REASON_CHARACTERS)}.`]
      : []),
    'The user, or who owns the repository, has to give the connected account access.',
  ].join(' ');
}

function invalid(refused: Refused): string {
  const fields = refused.body.errors.slice(0, MAX_FIELDS).map(error => {
    if (typeof error === 'string') return toOneLine(error, MAX_REASON_CHARACTERS);
    const { field, code, message } = error;
    const what = message || code?.replaceAll('_', ' ') || 'is wrong';
    return toOneLine(field === undefined ? what : `${field}: ${what}`, MAX_REASON_CHARACTERS);
  });
  return [`${reasonOf(refused)}.`, ...fields.map(field => `- ${field}`)].join('\n');
}

function reasonOf({ body: { message } }: Refused): string {
  return toOneLine(message, MAX_REASON_CHARACTERS).replace(/\.$/, '') || 'GitHub refused without a reason';
}

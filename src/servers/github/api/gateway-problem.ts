import * as z from 'zod';
import { toOneLine } from '../text.ts';
import { GitHubError, type GitHubErrorKind } from './github-error.ts';

const MAX_DETAIL_CHARACTERS = 500;
const PROBLEM_TYPE = 'application/problem+json';

/** What the gateway says in GitHub's place (RFC 9457). */
const problem = z.object({
  error: z.string(),
  detail: z.string().catch(''),
  connection: z.string().catch('github'),
});
type Problem = z.infer<typeof problem>;

const asDetailed = ({ detail }: Problem) => toOneLine(detail, MAX_DETAIL_CHARACTERS);

/** Its codes, whom they are for, and what the caller is told. What is not here is trouble of the gateway's own. */
const PROBLEMS: Readonly<
  Record<string, { readonly kind: GitHubErrorKind; readonly tell: (problem: Problem) => string }>
> = {
  connection_missing: {
    kind: 'not_connected',
    tell: ({ connection }) =>
      `The user has not connected "${connection}" yet. They do so at /connect/${connection} of this gateway; then call again.`,
  },
  connection_dead: {
    kind: 'not_connected',
    tell: ({ connection }) =>
      `GitHub no longer accepts the credential of "${connection}". The user has to connect it again at /connect/${connection} of this gateway; where the credential is the gateway's own, whoever runs it has to replace it.`,
  },
  credential_unavailable: { kind: 'not_sent', tell: asDetailed },
  egress_refused: {
    kind: 'not_sent',
    tell: problem =>
      `${asDetailed(problem)} Whoever runs this gateway says what is open: in CONNECTIONS ("github"), and in SERVER_SETTINGS (GITHUB_API_URL).`,
  },
  egress_request_too_large: { kind: 'invalid', tell: asDetailed },
  egress_response_too_large: {
    kind: 'upstream',
    tell: problem => `${asDetailed(problem)} Ask for less: fewer per page, or something more specific.`,
  },
};

/**
 * What the gateway refused or failed with before GitHub, or in its place.
 * @returns null where the answer is GitHub's.
 */
export function gatewayProblemOf({ headers }: Response, json: unknown): GitHubError | null {
  if (headers.get('content-type')?.split(';')[0]?.trim() !== PROBLEM_TYPE) return null;
  const parsed = problem.safeParse(json);
  if (!parsed.success) return new GitHubError('upstream', 'The gateway failed, and did not say why.');
  const known = Object.hasOwn(PROBLEMS, parsed.data.error) ? PROBLEMS[parsed.data.error] : undefined;
  return new GitHubError(known?.kind ?? 'upstream', (known?.tell ?? asDetailed)(parsed.data));
}

import * as z from 'zod';
import { LoginAnswer } from './person.ts';
import { toOneLine } from './text.ts';

const TITLE_CHARACTERS = 300;

/** A pull request without its text. */
export const PullRequest = z.object({
  number: z.int(),
  title: z.string(),
  state: z.enum(['open', 'closed', 'merged']),
  isDraft: z.boolean(),
  author: z.string(),
  base: z.string().describe('The branch that it is to be merged into.'),
  head: z.string().describe('The branch that it comes from, as owner:branch.'),
  headSha: z.string(),
  isMergeable: z.boolean().nullable().describe('Null while GitHub is still finding out.'),
  commits: z.int(),
  additions: z.int(),
  deletions: z.int(),
  changedFiles: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  url: z.string(),
});
export type PullRequest = z.infer<typeof PullRequest>;

const branch = z.object({ label: z.string().nullish(), ref: z.string(), sha: z.string() });

const rawPullRequest = z.object({
  number: z.int(),
  title: z.string(),
  state: z.enum(['open', 'closed']),
  merged: z.boolean(),
  draft: z.boolean().default(false),
  user: LoginAnswer,
  base: branch,
  head: branch,
  mergeable: z.boolean().nullable(),
  commits: z.int(),
  additions: z.int(),
  deletions: z.int(),
  changed_files: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
  html_url: z.string(),
  body: z.string().nullish(),
});

/** What GitHub says of a pull request, read as ours, and its text. */
export const PullRequestAnswer = rawPullRequest.transform(answer => ({
  pullRequest: toPullRequest(answer),
  body: answer.body ?? '',
}));

function toPullRequest(answer: z.infer<typeof rawPullRequest>): PullRequest {
  return {
    number: answer.number,
    title: toOneLine(answer.title, TITLE_CHARACTERS),
    state: answer.merged ? 'merged' : answer.state,
    isDraft: answer.draft,
    author: answer.user,
    base: answer.base.ref,
    head: answer.head.label ?? answer.head.ref,
    headSha: answer.head.sha,
    isMergeable: answer.mergeable,
    commits: answer.commits,
    additions: answer.additions,
    deletions: answer.deletions,
    changedFiles: answer.changed_files,
    createdAt: answer.created_at,
    updatedAt: answer.updated_at,
    url: answer.html_url,
  };
}

/** What is known of a pull request, as lines above its text. */
export function pullRequestFacts(pull: PullRequest): string[] {
  const { state, isDraft, author, createdAt, head, base, commits, changedFiles, additions, deletions } = pull;
  return [
    `# ${pull.title}`,
    `#${pull.number}: ${state}${isDraft ? ' draft' : ''}, opened by ${author} on ${createdAt}`,
    `${head} into ${base}: ${commits} commits, ${changedFiles} files, +${additions} -${deletions}`,
    ...(pull.isMergeable === false ? ['It cannot be merged as it is: it conflicts with the base.'] : []),
    pull.url,
  ];
}

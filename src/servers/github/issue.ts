import * as z from 'zod';
import { LoginAnswer } from './person.ts';
import { fullNameFromUrl } from './repository-name.ts';
import { toOneLine } from './text.ts';

const TITLE_CHARACTERS = 300;

/** An issue or pull request in short. */
export const Issue = z.object({
  repository: z.string().describe('Owner and name, such as "octocat/hello-world".'),
  number: z.int(),
  kind: z.enum(['issue', 'pull_request']),
  title: z.string(),
  state: z.string().describe('"open" or "closed".'),
  stateReason: z.string().nullable().describe('Why it is closed, such as "completed" or "not_planned".'),
  author: z.string(),
  labels: z.array(z.string()),
  assignees: z.array(z.string()),
  comments: z.int().describe('How many comments it has.'),
  createdAt: z.string(),
  updatedAt: z.string(),
  url: z.string(),
});
export type Issue = z.infer<typeof Issue>;

/** GitHub answers labels as names or as objects. */
const LabelAnswer = z
  .union([z.string(), z.object({ name: z.string().nullish() })])
  .transform(label => (typeof label === 'string' ? label : (label.name ?? '')));

const rawIssue = z.object({
  repository_url: z.string(),
  number: z.int(),
  pull_request: z.looseObject({}).nullish(),
  title: z.string(),
  state: z.string(),
  state_reason: z.string().nullish(),
  user: LoginAnswer,
  labels: z.array(LabelAnswer),
  assignees: z.array(LoginAnswer).nullish(),
  comments: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
  html_url: z.string(),
  body: z.string().nullish(),
});

/** What GitHub says of an issue, read as ours; its text apart, since it is cut in several ways. */
export const IssueAnswer = rawIssue.transform(answer => ({
  issue: toIssue(answer),
  body: answer.body ?? '',
}));

function toIssue(answer: z.infer<typeof rawIssue>): Issue {
  return {
    repository: fullNameFromUrl(answer.repository_url),
    number: answer.number,
    kind: answer.pull_request ? 'pull_request' : 'issue',
    title: toOneLine(answer.title, TITLE_CHARACTERS),
    state: answer.state,
    stateReason: answer.state_reason ?? null,
    author: answer.user,
    labels: answer.labels,
    assignees: answer.assignees ?? [],
    comments: answer.comments,
    createdAt: answer.created_at,
    updatedAt: answer.updated_at,
    url: answer.html_url,
  };
}

/** An issue as one line of a list. */
export function issueLine({ repository, number, kind, title, state, author, updatedAt }: Issue): string {
  const what = kind === 'issue' ? 'issue' : 'pull request';
  return `- ${repository}#${number} (${state} ${what} by ${author}, updated ${updatedAt.slice(0, 10)}): ${title}`;
}

/** What is known of an issue, as lines above its text. */
export function issueFacts(issue: Issue): string[] {
  const { repository, number, state, stateReason, author, createdAt, labels, assignees, url } = issue;
  return [
    `# ${issue.title}`,
    `${repository}#${number}: ${state}${stateReason ? ` (${stateReason})` : ''}, opened by ${author} on ${createdAt}`,
    ...(labels.length > 0 ? [`Labels: ${labels.join(', ')}`] : []),
    ...(assignees.length > 0 ? [`Assigned to: ${assignees.join(', ')}`] : []),
    url,
  ];
}

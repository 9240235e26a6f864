import * as z from 'zod';
import { toOneLine } from './text.ts';

const DESCRIPTION_CHARACTERS = 300;

/** A repository, as searching answers it. */
export const Repository = z.object({
  fullName: z.string().describe('Owner and name, such as "octocat/hello-world".'),
  description: z.string().nullable(),
  url: z.string(),
  language: z.string().nullable(),
  stars: z.int(),
  isPrivate: z.boolean(),
  isArchived: z.boolean(),
  isFork: z.boolean(),
  pushedAt: z.string().nullable().describe('When something was last pushed: ISO 8601, UTC.'),
});
export type Repository = z.infer<typeof Repository>;

/** What GitHub says of a repository, read as ours. */
export const RepositoryAnswer = z
  .object({
    full_name: z.string(),
    description: z.string().nullable(),
    html_url: z.string(),
    language: z.string().nullish(),
    stargazers_count: z.int(),
    private: z.boolean(),
    archived: z.boolean().default(false),
    fork: z.boolean(),
    pushed_at: z.string().nullish(),
  })
  .transform(
    (answer): Repository => ({
      fullName: answer.full_name,
      description: answer.description === null ? null : toOneLine(answer.description, DESCRIPTION_CHARACTERS),
      url: answer.html_url,
      language: answer.language ?? null,
      stars: answer.stargazers_count,
      isPrivate: answer.private,
      isArchived: answer.archived,
      isFork: answer.fork,
      pushedAt: answer.pushed_at ?? null,
    }),
  );

/** A repository as one line of a list. */
export function repositoryLine(repository: Repository): string {
  const { fullName, description, language, stars, pushedAt } = repository;
  const facts = [
    `${stars} stars`,
    ...(language ? [language] : []),
    ...(repository.isPrivate ? ['private'] : []),
    ...(repository.isArchived ? ['archived'] : []),
    ...(repository.isFork ? ['fork'] : []),
    ...(pushedAt ? [`pushed ${pushedAt.slice(0, 10)}`] : []),
  ];
  return `- ${fullName} (${facts.join(', ')})${description ? `: ${description}` : ''}`;
}

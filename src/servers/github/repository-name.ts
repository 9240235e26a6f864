import * as z from 'zod';

/** Letters, digits, "-", "_" and "."; a name of dots alone would climb out of the path. */
const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

const name = (what: string, example: string) =>
  z
    .string()
    .regex(NAME, { error: `must be ${what} alone, such as "${example}"` })
    .describe(`${what[0]?.toUpperCase()}${what.slice(1)}, such as "${example}".`);

/** The members of an input that name a repository. */
export const repositoryInput = {
  owner: name('the user or organisation that owns the repository', 'octocat'),
  repo: name('the name of the repository without its owner', 'hello-world'),
};

/** The number of an issue or pull request. */
export const ItemNumber = z
  .int()
  .min(1)
  .max(2 ** 31 - 1)
  .describe('The number, as in "#42".');

/** A repository by name. */
export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** The path of a repository in GitHub's API, as segments. */
export function repositoryPath({ owner, repo }: RepositoryName): readonly string[] {
  return ['repos', owner, repo];
}

/** Owner and name from the end of an API address, such as `https://api.github.com/repos/octocat/hello-world`. */
export function fullNameFromUrl(url: string): string {
  return url.split('/').slice(-2).join('/');
}

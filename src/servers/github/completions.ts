import * as z from 'zod';
import type { GitHub } from './api/github.ts';
import { FilePath, segmentsOf } from './file-path.ts';
import { HEAD } from './file-uri.ts';
import { readContent } from './repository-file.ts';
import { type RepositoryName, repositoryInput, repositoryPath } from './repository-name.ts';

/** A completion is of no use to somebody who types once it is late. */
const TIMEOUT_MS = 5000;
const PER_PAGE = 100;
const BRANCHES = 'refs/heads/';

const repositories = z.array(z.object({ name: z.string(), owner: z.object({ login: z.string() }) }));
const refs = z.array(z.object({ ref: z.string() }));
const name = z.object(repositoryInput);

/** What has been chosen for the variables before. */
type Chosen = Readonly<Record<string, string>>;

/**
 * Completes the variables of a file's URI from what the user can see: their repositories, the branches, the directories. Where
 * that cannot be found out, nothing is suggested.
 */
export class Completions {
  readonly #github: GitHub;

  constructor(github: GitHub) {
    this.#github = github;
  }

  /** What completes each variable. */
  byVariable() {
    return {
      owner: complete((typed, _, signal) => this.#owners(typed, signal)),
      repo: complete((typed, { owner = '' }, signal) => this.#repos(typed, owner, signal)),
      ref: complete((typed, chosen, signal) => this.#refs(typed, name.parse(chosen), signal)),
      path: complete((typed, chosen, signal) => this.#paths(typed, chosen, signal)),
    };
  }

  async #owners(typed: string, signal: AbortSignal): Promise<string[]> {
    const logins = (await this.#ownRepositories(signal)).map(({ owner }) => owner.login);
    return [...new Set(logins)].filter(login => beginsWith(login, typed));
  }

  /** The user's own of that owner; where there is none, those that everybody sees. */
  async #repos(typed: string, owner: string, signal: AbortSignal): Promise<string[]> {
    const own = (await this.#ownRepositories(signal)).filter(each => isSame(each.owner.login, owner));
    const all = own.length > 0 ? own : await this.#repositoriesOf(owner, signal);
    return all.map(each => each.name).filter(each => beginsWith(each, typed));
  }

  async #refs(typed: string, repository: RepositoryName, signal: AbortSignal): Promise<string[]> {
    const path = [
      ...repositoryPath(repository),
      'git',
      'matching-refs',
      'heads',
      ...segmentsOf(FilePath.parse(typed)),
    ];
    const { body } = await this.#github.read(path, refs, { signal });
    const branches = body.map(({ ref }) => ref.slice(BRANCHES.length)).filter(each => each.startsWith(typed));
    return [HEAD, ...branches].filter(each => each.startsWith(typed));
  }

  async #paths(typed: string, { ref, ...chosen }: Chosen, signal: AbortSignal): Promise<string[]> {
    const directory = typed.slice(0, typed.lastIndexOf('/') + 1);
    const place = { ...name.parse(chosen), ref, path: FilePath.parse(directory) };
    const content = await readContent(this.#github, place, signal);
    if (content.kind !== 'directory') return [];
    const paths = content.entries.map(entry => `${directory}${entry.name}${entry.kind === 'dir' ? '/' : ''}`);
    return paths.filter(path => path.startsWith(typed));
  }

  async #ownRepositories(signal: AbortSignal) {
    const query = { sort: 'pushed', per_page: PER_PAGE };
    return (await this.#github.read(['user', 'repos'], repositories, { query, signal })).body;
  }

  async #repositoriesOf(owner: string, signal: AbortSignal) {
    const query = { sort: 'pushed', per_page: PER_PAGE };
    const path = ['users', repositoryInput.owner.parse(owner), 'repos'];
    return (await this.#github.read(path, repositories, { query, signal })).body;
  }
}

function complete(find: (typed: string, chosen: Chosen, signal: AbortSignal) => Promise<string[]>) {
  return async (typed: string, context?: { arguments?: Record<string, string> }): Promise<string[]> => {
    try {
      return await find(typed, context?.arguments ?? {}, AbortSignal.timeout(TIMEOUT_MS));
    } catch {
      return [];
    }
  };
}

function beginsWith(text: string, typed: string): boolean {
  return text.toLowerCase().startsWith(typed.toLowerCase());
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

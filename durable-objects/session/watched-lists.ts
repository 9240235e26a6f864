import { type ListWatch, listWatcherOf } from '../../src/catalog/list-changes.ts';
import { forgetAllPins } from '../../src/catalog/pins/tenant-pins.ts';
import { forgetCatalogs } from '../../src/catalog/tenant-catalog.ts';
import type { Env } from '../../src/env.ts';
import { reportFault } from '../../src/errors.ts';
import { forgetPolicies } from '../../src/policy/tenant-policy.ts';
import type { Hop } from '../../src/session-key/hop-assertion.ts';

/** What of lists clients are told, whichever of them may have changed. */
export const LIST_CHANGES = [
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
] as const;

/** The last change of each tenant that an isolate has heard of. */
const heard = new WeakMap<Env, Map<string, number>>();

/** Has its tenant tell a session object of changes, for as long as it has an open stream. */
export class WatchedLists {
  readonly #env: Env;
  readonly #tenant: string;
  readonly #object: string;
  #watch: Promise<ListWatch> | undefined;

  constructor(env: Env, { principal, objectName }: Pick<Hop, 'principal' | 'objectName'>) {
    this.#env = env;
    this.#tenant = principal.tenant;
    this.#object = objectName;
  }

  /**
   * There is an open stream now.
   * @returns when the last change was made until this began.
   * @throws where the tenant could not be asked: then nobody would tell the stream anything.
   */
  async begin(): Promise<number> {
    this.#watch ??= listWatcherOf(this.#env, this.#tenant).watchLists(this.#object);
    const watch = this.#watch;
    try {
      return (await watch).changedAtMs;
    } catch (error) {
      if (this.#watch === watch) this.#watch = undefined;
      throw error;
    }
  }

  /** There is none any more. */
  end(): void {
    const watch = this.#watch;
    this.#watch = undefined;
    watch
      ?.then(({ ticket }) => listWatcherOf(this.#env, this.#tenant).unwatchLists(this.#object, ticket))
      .catch(error => reportFault('watch_not_ended', error));
  }

  /** Has this isolate show what a change has made, before anybody is told of it. */
  heardOf(changedAtMs: number): void {
    const ofTenants = heard.get(this.#env) ?? new Map<string, number>();
    heard.set(this.#env, ofTenants);
    if ((ofTenants.get(this.#tenant) ?? 0) >= changedAtMs) return;
    ofTenants.set(this.#tenant, changedAtMs);
    forgetPolicies(this.#env);
    forgetCatalogs(this.#env);
    forgetAllPins(this.#env);
  }
}

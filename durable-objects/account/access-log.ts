import type { TrailOwner } from '../../src/audit/audit-trail.ts';
import type { EntryOf } from '../../src/audit/event.ts';
import { type Env, settingsOf } from '../../src/env.ts';
import { reportFault } from '../../src/errors.ts';
import type { GrantRecord } from '../../src/grants/grant-store.ts';
import { userOf } from '../../src/grants/user-id.ts';
import { accountTrail } from '../audit/account-trail.ts';
import { installationIn } from './grant-records.ts';

/** Puts on record how a user's access comes and goes, in their account's own chain. */
export class AccessLog {
  readonly #env: Env;
  readonly #storage: DurableObjectStorage;

  constructor(env: Env, storage: DurableObjectStorage) {
    this.#env = env;
    this.#storage = storage;
  }

  /** @throws GatehouseError `audit_unavailable`: then nobody comes in. */
  async signedIn(owner: TrailOwner, provider: string | null): Promise<void> {
    await this.#trail(owner).record({ kind: 'user.signed-in', user: owner.subject, provider });
  }

  /**
   * A client is let in, in this turn.
   * @param key `grant:<user>:<grant>`.
   * @throws GatehouseError `audit_unavailable`: then it is not.
   */
  connected(key: string, record: GrantRecord): void {
    const owner = userOf(settingsOf(this.#env).keyRing, key.split(':')[1] ?? '');
    if (!owner) throw new Error('the grant is of nobody that the key ring knows');
    const { clientId, scope, resource } = JSON.parse(record.value) as StoredGrant;
    const trail = this.#trail(owner);
    trail.requireRoom();
    void trail.append({
      kind: 'client.connected',
      user: owner.subject,
      client: clientId,
      installation: installationIn(record),
      resource: [resource ?? []].flat().join(' ') || null,
      scopes: scope?.join(' ') ?? null,
    });
  }

  /** A user ends something, in this turn. It is not put off for a record that cannot be made. */
  ended(owner: TrailOwner, kind: 'client.ended' | 'user.ended', target: string): void {
    // Nobody but the gateway itself ends a user here; whoever administers has it on their own record.
    const user = kind === 'user.ended' ? null : owner.subject;
    const entry: EntryOf<typeof kind> = { kind, user, client: null, installation: null, target };
    try {
      void this.#trail(owner).append(entry);
    } catch (error) {
      reportFault('end_not_recorded', error);
    }
  }

  #trail(owner: TrailOwner) {
    return accountTrail(this.#env, this.#storage, owner);
  }
}

/** What a grant says of itself in the clear, as the authorization library stores it. */
interface StoredGrant {
  readonly clientId: string;
  readonly scope?: readonly string[];
  readonly resource?: string | readonly string[];
}

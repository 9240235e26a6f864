import { toBase64url, utf8 } from '../crypto/bytes.ts';
import { sha256 } from '../crypto/digest.ts';
import { GatehouseError } from '../errors.ts';
import { connectionsOf } from '../grants/connections.ts';
import { tenantOf } from '../grants/tenant.ts';
import { PolicyChanges } from '../policy/policy-changes.ts';
import { policyKeeperOf } from '../policy/policy-keeper.ts';
import type { Rule } from '../policy/rule.ts';
import type { Publisher } from './publisher.ts';
import { ServerChanges } from './server-changes.ts';

/** What is to stop, now. */
export type KillTarget =
  | { readonly kind: 'server'; readonly server: string }
  | { readonly kind: 'tool'; readonly server: string; readonly tool: string }
  | { readonly kind: 'user'; readonly user: string }
  | { readonly kind: 'client'; readonly client: string }
  | { readonly kind: 'session'; readonly user: string; readonly session: string };

/** What holds from then on. */
export type Killed = 'disabled' | 'denied' | 'ended' | 'suspended' | 'blocked';

type Kill<Kind extends KillTarget['kind']> = (
  target: Extract<KillTarget, { readonly kind: Kind }>,
  publisher: Publisher,
  reason: string,
) => Promise<Killed>;

/** How often somebody else may save a policy while a rule is being added to it. */
const MAX_TRIES = 5;

/**
 * How each kind of thing is stopped. An administrator suspends users and blocks clients, which an operator may not: for these a rule of the
 * policy denies every call instead, so that it holds as soon, and is an administrator's to delete.
 */
const KILLS: { readonly [Kind in KillTarget['kind']]: Kill<Kind> } = {
  server: async ({ server }, publisher) => {
    await new ServerChanges(publisher).enable(server, false);
    return 'disabled';
  },
  tool: ({ server, tool }, publisher, reason) =>
    deny(publisher, { what: { servers: [server], tools: [tool] } }, reason),
  user: async ({ user }, publisher, reason) => {
    const { env, principal } = publisher;
    const member = { tenant: principal.tenant, subject: user };
    const tenant = tenantOf(env, principal.tenant);
    if (isAdministrator(publisher)) {
      refuseOneself(user, publisher);
      return known(await tenant.suspendMember(member), 'suspended');
    }
    if (!(await tenant.isMember(user))) throw unknownUser();
    const done = await deny(publisher, { who: { users: [user] } }, reason);
    await tenant.endMember(member);
    return done;
  },
  client: async ({ client }, publisher, reason) => {
    const { env, principal } = publisher;
    if (!isAdministrator(publisher)) return deny(publisher, { who: { clients: [client] } }, reason);
    await tenantOf(env, principal.tenant).blockClient(principal.tenant, client, principal.subject);
    return 'blocked';
  },
  session: async ({ user, session }, { env, principal: { tenant } }) => {
    const owner = { tenant, subject: user };
    if (!(await tenantOf(env, tenant).isMember(user))) throw unknownUser();
    if (await connectionsOf(env, owner).endSession(owner, session)) return 'ended';
    throw new GatehouseError('session_unknown', 'The user has no open session with this id.');
  },
};

/**
 * Stops a server, a tool, a user, a client or a session by one call. It holds on open sessions within seconds.
 * @param publisher an operator or an administrator.
 * @throws GatehouseError `server_unknown`, `user_unknown`, `session_unknown`, `own_suspension`, `audit_unavailable`.
 */
export function kill(target: KillTarget, publisher: Publisher, reason: string): Promise<Killed> {
  return (KILLS[target.kind] as Kill<KillTarget['kind']>)(target, publisher, reason);
}

/** Adds a rule that denies something, on top of whatever policy is in use. */
async function deny(
  { env, principal }: Publisher,
  about: Pick<Rule, 'who' | 'what'>,
  reason: string,
): Promise<Killed> {
  const id = `kill-${toBase64url(sha256(utf8(JSON.stringify(about))))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '0')
    .slice(0, 16)}`;
  const rule: Rule = { id, description: 'Stopped in an emergency.', effect: 'deny', ...about };
  const changes = new PolicyChanges(env, principal);
  for (let tries = 1; ; tries++) {
    const current = await policyKeeperOf(env, principal.tenant).currentPolicy(principal.tenant, null);
    if (!current) throw new GatehouseError('policy_unavailable', 'The policy in use cannot be read now.');
    const others = current.policy.rules.filter(each => each.id !== id);
    try {
      await changes.save({ rules: [rule, ...others] }, { basedOn: current.version, reason });
      return 'denied';
    } catch (error) {
      const isTaken = error instanceof GatehouseError && error.code === 'version_conflict';
      if (!isTaken || tries === MAX_TRIES) throw error;
    }
  }
}

function isAdministrator({ principal: { roles } }: Publisher): boolean {
  return roles.includes('administrator');
}

function refuseOneself(user: string, { principal }: Publisher): void {
  if (user !== principal.subject) return;
  throw new GatehouseError('own_suspension', 'You cannot suspend yourself; another administrator can.');
}

function known(isKnown: boolean, done: Killed): Killed {
  if (isKnown) return done;
  throw unknownUser();
}

function unknownUser(): GatehouseError {
  return new GatehouseError('user_unknown', 'Nobody with this subject has signed in here.');
}

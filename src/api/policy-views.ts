import type { Decision } from '../policy/decision.ts';
import type { Explanation } from '../policy/explanation.ts';
import type { PolicyEntry, PolicyVersion } from '../policy/policy-keeper.ts';
import type { Difference, Replay } from '../policy/simulation/replay.ts';

/** A version of a policy as the API lists it. Of the default policy there is no author. */
export function policyEntryView({ version, author, reason, restores, savedAtMs }: PolicyEntry): object {
  const isDefault = version === 0;
  return {
    version,
    author: isDefault ? null : author,
    reason: isDefault ? null : reason,
    restores,
    savedAt: isDefault ? null : new Date(savedAtMs).toISOString(),
  };
}

/** A version of a policy, with what it says. */
export function policyView({ policy, ...entry }: PolicyVersion): object {
  return { ...policyEntryView(entry), policy };
}

/** What a policy says of one call, and what each rule has to do with it. */
export function simulationView({ decision, rules }: Explanation): object {
  return { decision: decisionView(decision), rules };
}

/** What another policy would have said of calls that were made. */
export function replayView({ calls, same, unknown, differences }: Replay): object {
  return { calls, same, unknown, differences: differences.map(differenceView) };
}

function decisionView({ effect, rule, reason, version, approvals, limits, guards }: Decision): object {
  const ids = (rules: readonly { readonly id: string }[]) => rules.map(({ id }) => id);
  return {
    effect,
    rule,
    reason,
    version,
    approvals: ids(approvals),
    limits: ids(limits),
    guards: ids(guards),
  };
}

function differenceView({ call, now }: Difference): object {
  const { caller, called, atMs } = call.facts;
  return {
    event: call.event,
    at: new Date(atMs).toISOString(),
    user: caller.subject,
    client: caller.client,
    server: called.server,
    kind: called.kind,
    name: called.name === '' ? null : called.name,
    was: { effect: call.effect, rule: call.rule },
    now,
  };
}

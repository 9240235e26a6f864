import type { Called, Caller } from '../policy/facts.ts';
import type { RuleOf } from '../policy/rule.ts';
import type { CountedSubject } from './quota.ts';

type Per = RuleOf<'limit'>['per'];

const NAMES: Readonly<Record<Per, (caller: Caller, called: Called) => readonly string[]>> = {
  user: ({ subject }) => [subject],
  tool: (_caller, { server, kind, name }) => [server, kind, name],
  server: (_caller, { server }) => [server],
  tenant: () => [],
};

/**
 * In this order limits are taken from: whoever is at a limit of their own takes nothing, not even for a moment, from what they share with
 * others.
 */
export const NARROWEST_FIRST = ['user', 'tool', 'server', 'tenant'] as const satisfies readonly Per[];

/** Who shares the count of a limit that a call takes from. */
export function subjectOf(per: Per, caller: Caller, called: Called): CountedSubject {
  return { tenant: caller.tenant, per, name: NAMES[per](caller, called) };
}

import type { Principal } from '../principal.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import type { Called } from './facts.ts';

/** Names that nothing has: what is allowed to use these is allowed to use whatever no rule names. */
const ANYTHING: readonly Pick<Called, 'kind' | 'name'>[] = [
  { kind: 'tool', name: '' },
  { kind: 'prompt', name: '' },
  { kind: 'resource', name: '' },
];

/**
 * What an author should know of a policy by which they may use nothing that it does not name themselves; null where they may. It is no
 * reason to refuse it: who administers servers need not use them, and the API obeys roles and no policy, so a policy can always be mended.
 */
export function lockoutNote(policy: CompiledPolicy, author: Principal): string | null {
  const { tenant, subject, client, roles, groups = [] } = author;
  const caller = { tenant, subject, client, roles, groups, country: null };
  const mayUse = ANYTHING.some(({ kind, name }) =>
    policy.mayShow({
      caller,
      called: { tenant, server: '', kind, name, annotations: {}, connections: [] },
      arguments: null,
      atMs: Date.now(),
    }),
  );
  if (mayUse) return null;
  return 'By this policy you yourself may use no server, unless a rule names it. You can save another, or roll back, whatever it says.';
}

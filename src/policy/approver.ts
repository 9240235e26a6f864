import type { Approver, Asker } from './approvals.ts';
import { nameTest } from './name-pattern.ts';
import type { RuleOf } from './rule.ts';

/** What is decided about: by whom, and for whom. */
interface Decidable {
  readonly asker: Asker;
  readonly rule: Pick<RuleOf<'approve'>, 'by'>;
}

/**
 * Whether somebody may decide about a call. Never by the client that wants to make it: it would approve itself. Where the rule asks for
 * another person, never whoever it is made for.
 */
export function mayDecide({ asker, rule: { by } }: Decidable, approver: Approver): boolean {
  if (approver.tenant !== asker.tenant || approver.client === asker.client) return false;
  const isAsker = approver.subject === asker.subject;
  if (by === 'user') return isAsker;
  return !isAsker && isNamed(by, approver);
}

/** Whether somebody may see that it is asked for, and how it stands. */
export function maySee(decidable: Decidable, viewer: Approver): boolean {
  const { asker } = decidable;
  if (viewer.tenant !== asker.tenant) return false;
  return viewer.subject === asker.subject || isInCharge(viewer) || mayDecide(decidable, viewer);
}

/** Whether somebody may end it: whoever it is for, and whoever runs the organisation's gateway. */
export function mayWithdraw({ asker }: Decidable, viewer: Approver): boolean {
  return viewer.tenant === asker.tenant && (viewer.subject === asker.subject || isInCharge(viewer));
}

function isInCharge({ roles }: Approver): boolean {
  return roles.includes('administrator') || roles.includes('operator');
}

function isNamed(by: Exclude<RuleOf<'approve'>['by'], 'user'>, { roles, groups }: Approver): boolean {
  const isOfRole = by.roles?.some(role => roles.includes(role)) ?? false;
  return isOfRole || (by.groups !== undefined && groups.some(nameTest(by.groups)));
}

import { redirection } from '../auth/redirection.ts';
import { APPROVALS_PATH } from '../auth/sign-in/own-pages.tsx';
import { GatehouseError } from '../errors.ts';
import type { ApprovalScope } from '../policy/approvals.ts';

import type { Visit } from './visit.ts';

/** The longest reason that is kept, in UTF-16 code units. */
const MAX_REASON = 500;

const SCOPES: readonly ApprovalScope[] = ['once', 'session', 'period'];

/** What is said once something was done; the keys are the words that the next page is asked with. */
const NOTICES = {
  approved: 'It is approved. A call that waits for it goes on by itself.',
  refused: 'It is refused. Whoever asked is told.',
  withdrawn: 'It is withdrawn: calls are asked about anew.',
} as const;

/** The sentence for what was done; null for anything else, which shows nothing. */
export function noticeOf(done: string | undefined): string | null {
  return done !== undefined && Object.hasOwn(NOTICES, done) ? NOTICES[done as keyof typeof NOTICES] : null;
}

/**
 * Does what a button of the page asks for, and shows a page anew, so that to reload it does not do it again.
 * @throws GatehouseError `approval_unknown`, `approval_forbidden`, `approval_decided`, `params_invalid`.
 */
export async function decide(visit: Visit, id: string, form: FormData): Promise<Response> {
  const action = String(form.get('decision') ?? '');
  const reason = String(form.get('reason') ?? '').slice(0, MAX_REASON);
  if (action === 'withdraw') return withdraw(visit, id);
  const decision = action === 'refuse' ? action : SCOPES.find(scope => scope === action);
  if (!decision) {
    throw new GatehouseError('params_invalid', 'This form asks for nothing that can be decided here.');
  }
  await visit.approvals.decideApproval(visit.approver, id, { decision, reason });
  return redirection(303, `${APPROVALS_PATH}/${id}?done=${decision === 'refuse' ? 'refused' : 'approved'}`);
}

async function withdraw({ approvals, approver }: Visit, id: string): Promise<Response> {
  if (await approvals.withdrawApproval(approver, id)) {
    return redirection(303, `${APPROVALS_PATH}?done=withdrawn`);
  }
  throw new GatehouseError('approval_unknown', 'There is no such approval that is yours to withdraw.');
}

import { APPROVAL_STATE } from '../approving/approval-state.ts';
import { ApprovedCall } from '../approving/approved-call.ts';
import type { Step } from './governed-call.ts';

/**
 * Has a call approved by whom the policy's rules name, before it is made: see docs/approvals.md. Also where they name nobody: rounds carry
 * states, and what one has marked the next must read.
 */
export const approved: Step = async (call, next) => {
  const { params, own } = APPROVAL_STATE.open(call.request.params);
  return new ApprovedCall(call, next, call.notes.decision?.approvals ?? []).run(params, own);
};

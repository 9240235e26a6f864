import { displayText } from '../auth/pages/display-text.ts';
import type { ApprovalState, ApprovalView } from '../policy/approvals.ts';

const STATES: Readonly<Record<ApprovalState, string>> = {
  asked: 'Waits for a decision',
  given: 'Approved',
  refused: 'Refused',
  used: 'Approved, and used',
};

const REACH = { once: 'for one call', session: 'for a session', period: 'for a while' } as const;

/** How an approval stands, in one line. */
export function stateWords({ state, scope }: Pick<ApprovalView, 'state' | 'scope'>): string {
  return state === 'given' && scope !== null ? `${STATES.given} ${REACH[scope]}` : STATES[state];
}

/** What is called, in one line. */
export function callWords({ kind, name, server }: Pick<ApprovalView, 'kind' | 'name' | 'server'>): string {
  return displayText(`${kind} ${name} of ${server}`, 160);
}

/** Whoever it is for: by the name that their identity provider knows, and by what tells them apart for certain. */
export function askerWords({ asker, askerName }: Pick<ApprovalView, 'asker' | 'askerName'>): string {
  return displayText(askerName === null ? asker.subject : `${askerName} (${asker.subject})`, 200);
}

/** RFC 3339, in UTC, to the minute. */
export function minute(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

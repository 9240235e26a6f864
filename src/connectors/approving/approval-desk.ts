import type { ApprovalAsk, Approvals, Asker } from '../../policy/approvals.ts';

/** What calls of one caller are approved with: made where their session lives. */
export interface ApprovalDesk {
  readonly asker: Asker;
  /** What an approval for a session is bound to: the name of the object that the session lives in. */
  readonly session: string;
  /** Whether it is a client that acts for itself, so that there is no user to ask. */
  readonly isClientItself: boolean;
  readonly approvals: Approvals;
  /** Where people see and decide about an approval. Nothing in it is personal. */
  link(id: string): string;
  /** How long a question in the session waits, and how long others are waited for. In seconds. */
  readonly inputTtlSeconds: number;
  readonly approvalTtlSeconds: number;
}

/** What is asked for, without how long. */
export type AskedCall = Omit<ApprovalAsk, 'ttlSeconds'>;

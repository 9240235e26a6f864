import * as z from 'zod';
import { innerRoundSchema, LayeredState } from '../layered-state.ts';

const askedSchema = z.object({
  id: z.string(),
  /** The rule that asks, by id. */
  rule: z.string(),
  /** `form`: the user is asked in their session. `url`: they are told where it is decided, and it is waited for. */
  mode: z.enum(['form', 'url']),
  /** Names the question to 2025 clients. */
  elicitationId: z.string(),
  /** Until when it is waited for, Unix time in milliseconds. */
  untilMs: z.number(),
  /** Whether the user has agreed to wait. */
  isAccepted: z.boolean(),
});

/** What the user was asked. */
export type AskedApproval = Readonly<z.infer<typeof askedSchema>>;

const approvalSchema = z.object({
  asked: askedSchema.nullable(),
  /** By what earlier rounds of the call were made. */
  held: z.array(z.object({ id: z.string(), uses: z.number() })).readonly(),
  /** What the interrupted round was called with; of one that was not, the state of whatever is further in. */
  round: innerRoundSchema,
});

/** A call that waits for its approval, or goes on by one. */
export type ApprovalRound = Readonly<z.infer<typeof approvalSchema>>;

/** The states of calls that rules may have approved. */
export const APPROVAL_STATE = new LayeredState('approval', approvalSchema);

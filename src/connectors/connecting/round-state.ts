import * as z from 'zod';
import { innerRoundSchema, LayeredState } from '../layered-state.ts';

const connectSchema = z.object({
  /** The connection's id. */
  connection: z.string(),
  /** What was wrong with it. */
  reason: z.enum(['missing', 'dead', 'insufficient']),
  /** What it has to be good for, where it was not good for enough. */
  scopes: z.array(z.string()).readonly(),
  /** When what was there before was connected, Unix time in milliseconds; null where nothing was. */
  seenAtMs: z.number().nullable(),
  /** Until when the member may take their time, Unix time in milliseconds. */
  untilMs: z.number(),
  /** Names the question to 2025 clients. */
  elicitationId: z.string(),
  /** Whether the member has agreed to connect, and is waited for. */
  isAccepted: z.boolean(),
  /** What the interrupted round was called with, beside the parameters of every round. */
  round: innerRoundSchema,
});

/** A call that waits for its member to connect. */
export type ConnectRound = Readonly<z.infer<typeof connectSchema>>;

/** The states of calls that may wait for their member to connect. */
export const CONNECT_STATE = new LayeredState('connect', connectSchema);

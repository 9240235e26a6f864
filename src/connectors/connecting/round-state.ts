import * as z from 'zod';
import { GatehouseError } from '../../errors.ts';
import type { JsonObject } from '../../protocol/message.ts';

/** Says whose state follows, so that a server's own can never be taken for ours. */
const OWN = 'own:';
const CONNECT = 'connect:';

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
  round: z.object({
    requestState: z.string().optional(),
    inputResponses: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** A call that waits for its member to connect. */
export type ConnectRound = Readonly<z.infer<typeof connectSchema>>;

/** A request as it comes back for another round: the server's own parameters, and what it waits for, if it does. */
export interface OpenedRound {
  readonly params: JsonObject;
  readonly connect: ConnectRound | null;
}

/**
 * Reads the state of a round. Whoever carries it between rounds has sealed it, so what it says was said here.
 * @throws GatehouseError `request_state_invalid`.
 */
export function openRound(params: JsonObject): OpenedRound {
  const { requestState, ...others } = params;
  if (requestState === undefined) return { params, connect: null };
  if (typeof requestState !== 'string') throw invalid();
  if (requestState.startsWith(OWN)) {
    return { params: { ...others, requestState: requestState.slice(OWN.length) }, connect: null };
  }
  return { params: others, connect: connectRound(requestState) };
}

/** The state of a call that waits for its member. */
export function connectState(round: ConnectRound): string {
  return CONNECT + JSON.stringify(round);
}

/** A server's result, with its own state marked as such. */
export function withOwnState(result: JsonObject): JsonObject {
  const { requestState } = result;
  return typeof requestState === 'string' ? { ...result, requestState: OWN + requestState } : result;
}

/** What a round was called with that later rounds are not. */
export function roundOf({ requestState, inputResponses }: JsonObject): ConnectRound['round'] {
  return connectSchema.shape.round.parse({ requestState, inputResponses });
}

function connectRound(state: string): ConnectRound {
  if (!state.startsWith(CONNECT)) throw invalid();
  return connectSchema.parse(JSON.parse(state.slice(CONNECT.length)));
}

function invalid(): GatehouseError {
  return new GatehouseError('request_state_invalid', 'Invalid or expired requestState.', {
    reason: 'invalid_request_state',
  });
}

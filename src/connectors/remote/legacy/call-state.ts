import * as z from 'zod';
import { GatehouseError } from '../../../errors.ts';
import { sessionAddressSchema } from './session-http.ts';

/** A call that waits for answers to what its server asked. */
const askedSchema = z.object({
  kind: z.literal('asked'),
  /** Whose session it is: what was said to one address is never sent to another. */
  url: z.string(),
  session: sessionAddressSchema,
  /** The call's request in that session, and the last event that was acted on. */
  call: z.object({ id: z.string(), lastEventId: z.string().nullable() }),
  /** What is not answered yet, by our key: the server's id of it, and the question. */
  questions: z.record(
    z.string(),
    z.object({ id: z.union([z.string(), z.number()]), question: z.record(z.string(), z.unknown()) }),
  ),
  /** How many questions there were so far, so that no key comes twice. */
  asked: z.number(),
  /** Which round it is of: each is gone on with once. */
  round: z.string(),
});

/** A call that its server has refused until its user has opened links (2025-11-25, `-32042`). */
const linkedSchema = z.object({ kind: z.literal('linked'), keys: z.array(z.string()) });

const stateSchema = z.discriminatedUnion('kind', [askedSchema, linkedSchema]);

export type AskedState = Readonly<z.infer<typeof askedSchema>>;
export type CallState = Readonly<z.infer<typeof stateSchema>>;

/** The state as `requestState`. Whoever carries it seals it. */
export function writeState(state: CallState): string {
  return JSON.stringify(state);
}

/** @throws GatehouseError `request_state_invalid`. */
export function readState(requestState: unknown): CallState {
  try {
    return stateSchema.parse(JSON.parse(String(requestState)));
  } catch {
    throw invalidState();
  }
}

/** What comes back is none of what was handed out for this server. */
export function invalidState(): GatehouseError {
  return new GatehouseError('request_state_invalid', 'Invalid or expired requestState.', {
    reason: 'invalid_request_state',
  });
}

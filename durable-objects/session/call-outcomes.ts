import { upstreamFailure } from '../../src/connectors/upstream-failure.ts';
import type { Settings } from '../../src/env.ts';
import { failedCall } from '../../src/protocol/legacy.ts';
import { failure, type Outcome } from '../../src/protocol/message.ts';

/** How calls of a session end that their server did not end, as the caller is told. */

/** Nobody answered the server's question in time. */
export function expired(method: string, { INPUT_TTL_SECONDS }: Settings): Outcome {
  const reason =
    `Nobody answered within ${INPUT_TTL_SECONDS} seconds (setting INPUT_TTL_SECONDS). ` +
    'Call again to be asked anew.';
  return failedCall(method, reason);
}

/** The client answered a question with an error. */
export function notAsked(method: string, reason: string): Outcome {
  return failedCall(method, `The client could not ask the user: ${reason}`);
}

/** The server asks and asks. */
export function givenUp(method: string, { MAX_INPUT_ROUNDS }: Settings): Outcome {
  const reason = `The call was given up after ${MAX_INPUT_ROUNDS} rounds without a result (setting MAX_INPUT_ROUNDS).`;
  return failedCall(method, reason);
}

/** An operator has changed what the call reaches while it waited for its user. */
export function otherServer(method: string): Outcome {
  const reason =
    'While this call waited for an answer, an operator changed what serves it. ' +
    'The answer was handed to nobody; the call may have had a part of its effect. Call again to be asked anew.';
  return failedCall(method, reason);
}

/** The session was lost from memory while the call ran. */
export function outcomeUnknown(): Outcome {
  return failure(upstreamFailure('outcome_unknown', 'The gateway was restarted while this call ran.'));
}

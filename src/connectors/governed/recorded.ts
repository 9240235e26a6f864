import { failure, type Outcome } from '../../protocol/message.ts';
import type { Step } from './governed-call.ts';

/** Puts a call on record, however it ends. What cannot be recorded is not done. */
export const recorded: Step = async (call, next) => {
  const { observers } = call.governance;
  for (const observer of observers) observer.begin(call);
  const outcome = await next(call).catch((error: unknown): Outcome => failure(error));
  for (const observer of observers) observer.end(call, outcome);
  return outcome;
};

import { failure, type Outcome } from '../../protocol/message.ts';
import type { Step } from './governed-call.ts';

/** Puts a call on record, however it ends. What cannot be recorded is not done, and what became of it is not told. */
export const recorded: Step = async (call, next) => {
  const { observers } = call.governance;
  for (const observer of observers) observer.begin(call);
  const outcome = await next(call).catch((error: unknown): Outcome => failure(error));
  let told = outcome;
  for (const observer of observers) {
    try {
      observer.end(call, outcome);
    } catch (error) {
      told = failure(error);
    }
  }
  return told;
};

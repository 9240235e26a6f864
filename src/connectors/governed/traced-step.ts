import { childTrace, withTrace } from '../../telemetry/trace-context.ts';
import { approved } from './approved.ts';
import { decided } from './decided.ts';
import type { Next, Step } from './governed-call.ts';

/** The steps whose time is told apart, until they go on with the call. */
const NAMES: ReadonlyMap<Step, string> = new Map([
  [decided, 'policy'],
  [approved, 'approval'],
]);

/** The name of the part in which the server has the call. */
export const SERVER_PART = 'server';

/** A step that notes how long it took, without what comes after it. */
export function timedStep(step: Step): Step {
  const name = NAMES.get(step);
  if (name === undefined) return step;
  return async (call, next) => {
    const startMs = Date.now();
    let isNoted = false;
    const note = () => {
      if (!isNoted) call.parts.push({ name, trace: childTrace(call.trace), startMs, endMs: Date.now() });
      isNoted = true;
    };
    try {
      return await step(call, later => {
        note();
        return next(later);
      });
    } finally {
      note();
    }
  };
}

/** The way to the server, noted as a part: what the server does is told to be a part of that. */
export function timedServer(next: Next): Next {
  return async call => {
    const startMs = Date.now();
    const trace = childTrace(call.trace);
    const request = { ...call.request, params: withTrace(call.request.params, trace) };
    try {
      return await next({ ...call, request });
    } finally {
      call.parts.push({ name: SERVER_PART, trace, startMs, endMs: Date.now() });
    }
  };
}

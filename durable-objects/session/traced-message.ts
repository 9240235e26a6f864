import { isObject } from '../../src/protocol/message.ts';
import { isRoutedMethod } from '../../src/protocol/method.ts';
import type { HopNetwork } from '../../src/session-key/hop-assertion.ts';
import { parsedTrace, withTrace } from '../../src/telemetry/trace-context.ts';

/**
 * A message whose `_meta` says its place in the trace as the edge has it, whatever its client said there. A call that waits for its user
 * is kept with its parameters, so its trace outlives a restart with it.
 */
export function tracedMessage(message: unknown, { traceparent, tracestate }: HopNetwork): unknown {
  if (!isObject(message) || typeof message.method !== 'string' || !isRoutedMethod(message.method))
    return message;
  const context = parsedTrace(traceparent, tracestate);
  if (!context || !isObject(message.params)) return message;
  return { ...message, params: withTrace(message.params, context) };
}

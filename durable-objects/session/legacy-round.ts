import type { CallHooks } from '../../src/connectors/connector.ts';
import { type Route, targetOf } from '../../src/connectors/route.ts';
import { failure, type JsonObject, type Outcome } from '../../src/protocol/message.ts';
import type { RoutedMethod } from '../../src/protocol/method.ts';
import { paramHeadersFor } from '../../src/protocol/param-headers.ts';
import { otherServer } from './call-outcomes.ts';
import type { SessionContext } from './session-context.ts';

/** One round of a call: 2025 clients see one call, the server sees a request per round. */
export interface Round {
  readonly number: number;
  readonly method: RoutedMethod;
  readonly params: JsonObject;
  /** What the first round has reached, see `targetOf`. */
  readonly target: string;
  readonly requestState?: string;
  readonly inputResponses?: JsonObject;
  /** Where the round goes, if that is known already. */
  readonly route?: Route;
}

/** Sends one round to the server that answers it, and the later ones to no other. A failure is an outcome. */
export async function exchangeRound(
  { directory, client }: SessionContext,
  { method, params, target, requestState, inputResponses, route: known }: Round,
  hooks: CallHooks,
): Promise<Outcome> {
  try {
    const route = known ?? (await directory.route(method, params, client()));
    if (targetOf(route) !== target) return otherServer(method);
    const rounds = {
      ...(requestState !== undefined && { requestState }),
      ...(inputResponses && { inputResponses }),
    };
    const paramHeaders = paramHeadersFor(route.tool?.inputSchema, route.params.arguments);
    const tool = route.tool && { tool: route.tool };
    return await route.connector.call(
      { method, params: { ...route.params, ...rounds }, client: client(), paramHeaders, ...tool },
      hooks,
    );
  } catch (error) {
    return failure(error);
  }
}

import { GatehouseError } from '../../errors.ts';
import { type Guard, type Guarded, guarded, type Side } from '../../policy/guards/guard.ts';
import { failure, isObject, type JsonObject, type Outcome } from '../../protocol/message.ts';
import { paramHeadersFor } from '../../protocol/param-headers.ts';
import type { CallHooks, InnerRequest } from '../connector.ts';
import { violationOf } from '../guarded/output-schema.ts';
import { isOwnQuestion } from '../layered-state.ts';
import type { CallNotes, GovernedCall, Step } from './governed-call.ts';

/** The members of a request's parameters that users and models fill in (MCP, `CallToolRequest` and its like). */
const GIVEN = ['arguments', 'argument', 'context', 'inputResponses', 'uri', '_meta'] as const;

/** Has guards look at what is sent, and at all that comes back: the result, and what the server says meanwhile. */
export const inspected: Step = async (call, next) => {
  const guards = call.notes.decision?.guards ?? [];
  if (guards.length === 0) return next(call);
  const sent = withGuarded(call, on(guards, 'arguments'));
  if (sent instanceof GatehouseError) return failure(sent);
  const forResults = on(guards, 'result');
  if (forResults.length === 0) return next(sent);
  const outcome = await next({ ...sent, hooks: guardedHooks(sent.hooks, forResults, call.notes) });
  return guardedOutcome(outcome, call, forResults);
};

function on(guards: readonly Guard[], side: Side): readonly Guard[] {
  return guards.filter(guard => guard.on.includes(side));
}

/** The call as guards leave it: whoever approves it sees that, and the server gets it. */
function withGuarded(call: GovernedCall, guards: readonly Guard[]): GovernedCall | GatehouseError {
  const { request, facts, notes } = call;
  const given = Object.fromEntries(
    GIVEN.filter(member => request.params[member] !== undefined).map(member => [
      member,
      request.params[member],
    ]),
  );
  const { value, refused } = noted(guarded(guards, given), notes);
  if (refused) return refusal(refused, 'the arguments', 'not-sent', 'The call was not sent.');
  if (value === given) return call;
  const changed = withParams(request, { ...request.params, ...value });
  const args = isObject(value.arguments) ? value.arguments : facts.arguments;
  return { ...call, request: changed, facts: { ...facts, arguments: args } };
}

/** Headers that mirror arguments mirror what is left of them. */
function withParams(request: InnerRequest, params: JsonObject): InnerRequest {
  if (request.paramHeaders === undefined) return { ...request, params };
  return { ...request, params, paramHeaders: paramHeadersFor(request.tool?.inputSchema, params.arguments) };
}

/** What is refused of progress and log messages is left out: the call goes on. */
function guardedHooks(hooks: CallHooks, guards: readonly Guard[], notes: CallNotes): CallHooks {
  return {
    signal: hooks.signal,
    notify(notification) {
      const { value, refused } = noted(guarded(guards, notification.params ?? {}), notes);
      if (refused) return;
      hooks.notify(notification.params === undefined ? notification : { ...notification, params: value });
    },
  };
}

/** A server's errors are words of the server as well; the gateway's own are not. */
function guardedOutcome(
  outcome: Outcome,
  { request, notes }: GovernedCall,
  guards: readonly Guard[],
): Outcome {
  if (outcome.kind === 'error') {
    if (outcome.own !== undefined) return outcome;
    const { value, refused } = noted(guarded(guards, { ...outcome.error }), notes);
    return refused ? refusedResult(refused) : { ...outcome, error: { ...value, code: outcome.error.code } };
  }
  if (isOwnQuestion(outcome.result)) return outcome;
  const { value, refused } = noted(guarded(guards, outcome.result), notes);
  if (refused) return refusedResult(refused);
  if (value === outcome.result) return outcome;
  const violation = value.isError === true ? null : brokenBy(value, outcome.result, request);
  return violation === null ? { kind: 'result', result: value } : failure(unfit(violation));
}

/** How masks have made structured content something else than the tool promises. */
function brokenBy(masked: JsonObject, before: JsonObject, { tool }: InnerRequest): string | null {
  const { structuredContent } = masked;
  const isSame = structuredContent === before.structuredContent;
  return isSame ? null : violationOf(tool?.outputSchema, structuredContent);
}

function noted<Value>(result: Guarded<Value>, notes: CallNotes): Guarded<Value> {
  for (const finding of result.found) if (!notes.found.includes(finding)) notes.found.push(finding);
  return result;
}

function refusedResult(refused: { readonly rule: string; readonly what: string }): Outcome {
  return failure(
    refusal(refused, 'the result', 'carried-out', 'The call was carried out, but its result is not shown.'),
  );
}

function unfit(violation: string): GatehouseError {
  return new GatehouseError(
    'content_refused',
    `The call was carried out, but its result is not shown: with what must be masked in it, it is not what the output schema of the tool promises: ${violation}.`,
    { code: 'content_refused', outcome: 'carried-out' },
  );
}

function refusal(
  { rule, what }: { readonly rule: string; readonly what: string },
  where: string,
  outcome: 'not-sent' | 'carried-out',
  consequence: string,
): GatehouseError {
  return new GatehouseError(
    'content_refused',
    `The rule "${rule}" of your organisation's policy refuses ${where}, because of: ${what}. ${consequence}`,
    { code: 'content_refused', rule, found: what.split(', '), outcome },
  );
}

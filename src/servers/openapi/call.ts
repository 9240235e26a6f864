import type { CallToolResult } from '@modelcontextprotocol/server';
import { answerOf } from './answer.ts';
import { answerChoice, checkArguments } from './arguments.ts';
import { readBounded } from './bounded-body.ts';
import { CallError } from './call-error.ts';
import { parseJson } from './exact-json.ts';
import { gatewayProblemOf } from './gateway-problem.ts';
import type { Api, Arguments, Operation } from './operation.ts';
import { requestOf } from './request.ts';

/** The largest answer that is read: it is held in memory. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

const UNKNOWN_OUTCOME = 'Whether it took effect is unknown: look before you try again.';

/** A call of one tool. */
export interface Call {
  readonly api: Api;
  readonly tool: string;
  readonly operation: Operation;
  readonly args: Arguments;
  /** Ends it when the caller has gone. */
  readonly signal: AbortSignal;
}

/** Makes the request of a call. What cannot be sent, and what the API refuses, is a result that says why, so that the model can act on it. */
export async function callOperation(call: Call): Promise<CallToolResult> {
  try {
    return await answered(call);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return { content: [{ type: 'text', text: error.message }], isError: true };
  }
}

async function answered({ signal, ...call }: Call): Promise<CallToolResult> {
  const { api, operation, args } = call;
  checkArguments(operation, args);
  answerChoice(args);
  const { url, init } = requestOf(api, operation, args);
  const { response, bytes } = await exchanged(operation, url, { ...init, signal });
  const json = parseJson(bytes);
  const problem = gatewayProblemOf(response, json);
  if (problem !== null) throw new CallError(withOutcome(operation, response, problem));
  return answerOf({ ...call, response, bytes, json });
}

async function exchanged({ method }: Operation, url: URL, init: RequestInit) {
  try {
    const response = await fetch(url, init);
    return { response, bytes: await readBounded(response, MAX_ANSWER_BYTES) };
  } catch (error) {
    if (init.signal?.aborted) throw error;
    const reason =
      error instanceof CallError ? error.message : 'The API could not be reached, or broke off its answer.';
    throw new CallError(isReading(method) ? reason : `${reason} ${UNKNOWN_OUTCOME}`);
  }
}

/** What the gateway refused was not sent; where it failed on the way, nobody knows. */
function withOutcome({ method }: Operation, { status }: Response, problem: string): string {
  return isReading(method) || status < 500 ? problem : `${problem} ${UNKNOWN_OUTCOME}`;
}

function isReading(method: string): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(method);
}

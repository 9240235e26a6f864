import type { JSONRPCResponse, JsonObject } from '../../src/protocol/message.ts';
import { ParkedCalls } from './parked-calls.ts';
import { newSession } from './session-store.fake.ts';

/** The call that these tests park, and what it asks. */
export const CALL = {
  stream: 3,
  round: 0,
  method: 'tools/call',
  params: { name: 'memory_forget', arguments: { id: 'canary-argument' } },
  target: 'who-asked',
  requestState: 'canary-state',
  expiresAtMs: 1_700_000_000_000,
};
export const ask = (message: string) => ({
  method: 'elicitation/create',
  params: { mode: 'form', message },
});
export const QUESTIONS = { sure: ask('Sure?'), why: ask('Why?') };

/** The client's answer to a question. */
export const accepted = (id: string, content: JsonObject = {}): JSONRPCResponse => ({
  jsonrpc: '2.0',
  id,
  result: { action: 'accept', content },
});

/** The client's refusal to ask it. */
export const refused = (id: string): JSONRPCResponse => ({
  jsonrpc: '2.0',
  id,
  error: { code: -32601, message: 'Not supported.' },
});

/** A new session in which the call is parked. */
export function parking(questions: JsonObject = QUESTIONS) {
  const session = newSession();
  const parked = new ParkedCalls(session.store);
  const requests = parked.park(CALL, questions, '2025-11-25');
  return { ...session, parked, requests, ids: requests.map(({ id }) => String(id)) };
}

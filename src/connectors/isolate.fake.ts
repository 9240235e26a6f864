import { vi } from 'vitest';
import { fakeSettings } from '../env.fake.ts';
import type { JsonObject } from '../protocol/message.ts';
import { encodeEvent, SSE_HEADERS } from '../protocol/sse.ts';
import { isolateConnector } from './isolate-connector.ts';

/** A JSON answer of the server. */
export function answer(members: JsonObject, status = 200): Response {
  return Response.json({ jsonrpc: '2.0', id: 1, ...members }, { status });
}

/** An answer of the server as an event stream of these messages. */
export function streamed(...messages: readonly JsonObject[]): Response {
  const events = messages.map(message => encodeEvent({ data: JSON.stringify(message) }));
  return new Response(events.join(''), { headers: SSE_HEADERS });
}

/** What an isolate was sent. */
export interface Seen {
  readonly request: Request;
  readonly signal: AbortSignal;
}

/** Never answers, and fails when the request is cancelled. */
export function untilAborted({ signal }: Seen): Promise<Response> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

/** An answer that was written down as one to request 1, to the request that it is for. */
async function toRequest(response: Response, id: unknown): Promise<Response> {
  if (!response.body) return response;
  const text = (await response.text()).replaceAll('"id":1', `"id":${id}`);
  return new Response(text, { status: response.status, headers: response.headers });
}

/** The code that is said to run there. */
export const MEMORY = { name: 'memory', codeHash: 'code', settings: {} };

/** A connector to an isolate that answers as the test says, and what reached it. */
export function reaching(respond: (seen: Seen) => Response | Promise<Response>, variables = {}) {
  const seen: Seen[] = [];
  const fetch = async (url: string, { signal, ...init }: RequestInit & { signal: AbortSignal }) => {
    seen.push({ request: new Request(url, init), signal });
    const response = await respond({ request: new Request(url, init), signal });
    return toRequest(response, JSON.parse(String(init.body)).id);
  };
  const connector = isolateConnector(
    MEMORY,
    () => ({ fetch }) as unknown as Fetcher,
    fakeSettings(variables),
  );
  const hooks = { signal: new AbortController().signal, notify: vi.fn(), acknowledged: vi.fn() };
  return { connector, hooks, seen };
}

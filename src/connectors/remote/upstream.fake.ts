import { isObject, type JsonObject } from '../../protocol/message.ts';
import { encodeEvent, SSE_HEADERS } from '../../protocol/sse.ts';
import type { RemoteEndpoint } from './remote-endpoint.ts';
import { RemoteMemory } from './remote-memory.ts';

/** A request as it reached a scripted server. */
export interface Reached {
  readonly method: string;
  readonly headers: Headers;
  /** The posted message; empty where nothing was. */
  readonly message: JsonObject;
  readonly signal: AbortSignal | null;
}

/** What a scripted server answers; undefined leaves it to the defaults: sessions open, and notifications and answers are taken. */
export type Script = (reached: Reached) => Response | Promise<Response> | undefined;

/** A remote server in memory, of the 2025 revisions where its script does not say otherwise. */
export class FakeUpstream implements RemoteEndpoint {
  readonly server = 'far';
  readonly url = 'https://far.example/mcp';
  readonly reached: Reached[] = [];
  readonly #script: Script;
  readonly #capabilities: JsonObject;
  #sessions = 0;

  constructor(script: Script = () => undefined, capabilities: JsonObject = { tools: {} }) {
    this.#script = script;
    this.#capabilities = capabilities;
  }

  async send({ method = 'GET', headers, body, signal = null }: RequestInit): Promise<Response> {
    const message = typeof body === 'string' ? (JSON.parse(body) as JsonObject) : {};
    const reached = { method, headers: new Headers(headers), message, signal };
    this.reached.push(reached);
    signal?.throwIfAborted();
    const scripted = await this.#script(reached);
    return scripted ?? this.#default(reached);
  }

  /** All that was posted with this method, oldest first. */
  posted(method: string): Reached[] {
    return this.reached.filter(({ message }) => message.method === method);
  }

  /** The answers to the server's own requests. */
  get answers(): JsonObject[] {
    return this.reached
      .map(({ message }) => message)
      .filter(({ id, method }) => id !== undefined && method === undefined);
  }

  #default({ method, message }: Reached): Response {
    if (method === 'GET') return new Response(null, { status: 405 });
    if (message.method === 'server/discover') {
      return answer(message, { error: { code: -32000, message: 'No session' } }, 400);
    }
    if (message.method === 'initialize') {
      const result = {
        protocolVersion: '2025-11-25',
        capabilities: this.#capabilities,
        serverInfo: { name: 'far', version: '1' },
      };
      const response = answer(message, { result });
      response.headers.set('mcp-session-id', `session-${++this.#sessions}`);
      return response;
    }
    if (message.method === undefined || String(message.method).startsWith('notifications/')) {
      return new Response(null, { status: 202 });
    }
    return answer(message, { result: {} });
  }
}

/** The JSON answer to a posted request. */
export function answer({ id }: JsonObject, members: JsonObject, status = 200): Response {
  return Response.json({ jsonrpc: '2.0', id, ...members }, { status });
}

/** A stream that the test writes. */
export class FakeStream {
  readonly response: Response;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  isCancelled = false;

  constructor() {
    const body = new ReadableStream<Uint8Array>({
      start: controller => {
        this.#controller = controller;
      },
      cancel: () => {
        this.isCancelled = true;
      },
    });
    this.response = new Response(body, { headers: SSE_HEADERS });
  }

  /** Says a message; null primes the client with the event's id. */
  say(message: JsonObject | null, id?: string, retryMs?: number): this {
    const data = message === null ? '' : JSON.stringify({ jsonrpc: '2.0', ...message });
    const text = encodeEvent({
      data,
      ...(id !== undefined && { id }),
      ...(retryMs !== undefined && { retryMs }),
    });
    this.#controller.enqueue(new TextEncoder().encode(text));
    return this;
  }

  end(): void {
    this.#controller.close();
  }

  /** Breaks off, as a crash would. */
  break(): void {
    this.#controller.error(new TypeError('connection reset'));
  }
}

/** A memory whose keeper writes down what it is asked. */
export function fakeMemory() {
  const wakes: number[] = [];
  const held: Promise<unknown>[] = [];
  const memory = new RemoteMemory({
    wakeAt: atMs => void wakes.push(atMs),
    hold: until => void held.push(until),
  });
  return { memory, wakes, held };
}

/** Whether a promise has settled by now. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const later = Symbol('later');
  await new Promise(resolve => setTimeout(resolve, 0));
  return (await Promise.race([promise, Promise.resolve(later)])) !== later;
}

/** The parameters of a message. */
export function paramsOf({ message }: Pick<Reached, 'message'>): JsonObject {
  return isObject(message.params) ? message.params : {};
}

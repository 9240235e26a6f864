import { eventsOf, messagesOf, RawClient, type RawSession, type WireEvent } from './raw-client.ts';
import { signedInAgent } from './test-gateway.ts';

/** A JSON-RPC message of any kind, as it was read off the wire. */
export interface WireMessage {
  readonly jsonrpc?: string;
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** A hand-driven client of one endpoint, signed in as `user`. */
export async function wireClient(origin: string, path: string, user = 'ada'): Promise<RawClient> {
  const agent = await signedInAgent(origin, path, user, 'Wire client');
  return new RawClient(`${origin}${path}`, agent.accessToken);
}

/** The answer to a request: the message of a JSON body, or the last message of a stream. */
export async function answerOf(response: Response | Promise<Response>): Promise<WireMessage> {
  const messages = (await messagesOf(await response)) as WireMessage[];
  const answer = messages.at(-1);
  if (!answer) throw new Error('there was no answer');
  return answer;
}

/** The result of a request that must succeed. */
export async function resultOf(response: Response | Promise<Response>): Promise<Record<string, unknown>> {
  const { result, error } = await answerOf(response);
  if (!result) throw new Error(`there was no result, but ${JSON.stringify(error)}`);
  return result;
}

/** How a request was refused: the HTTP status and the JSON-RPC code. */
export async function refusalOf(
  response: Response | Promise<Response>,
): Promise<[number, number | undefined]> {
  const { status } = await response;
  return [status, (await answerOf(response)).error?.code];
}

/** The HTTP status of an answer that nobody reads. */
export async function statusOf(response: Response | Promise<Response>): Promise<number> {
  const { status, body } = await response;
  await body?.cancel();
  return status;
}

/** The parameters of a call of `slow_count`, with or without a progress message per number. */
export function slowCount(to: number, delayMs: number, progressToken?: string): Record<string, unknown> {
  const _meta = progressToken === undefined ? {} : { _meta: { progressToken } };
  return { name: 'slow_count', arguments: { to, delayMs }, ..._meta };
}

/** Begins a `slow_count` that reports its progress, and so answers with a stream. */
export async function countOn(
  session: RawSession,
  id: string,
  to: number,
  delayMs: number,
): Promise<StreamReader> {
  return new StreamReader(await session.request(id, 'tools/call', slowCount(to, delayMs, id)));
}

/** Reads one event stream step by step. */
export class StreamReader {
  readonly response: Response;
  readonly #events: AsyncGenerator<WireEvent>;

  constructor(response: Response) {
    this.response = response;
    this.#events = eventsOf(response);
  }

  /** Connects to a session's own stream, or resumes any stream after an event. */
  static async get(session: RawSession, lastEventId?: string): Promise<StreamReader> {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const response = await session.get(headers);
    if (response.ok) return new StreamReader(response);
    throw new Error(`GET answered ${response.status}: ${await response.text()}`);
  }

  /** The next event; an error where the stream has ended. */
  async next(): Promise<WireEvent> {
    const { value, done } = await this.#events.next();
    if (done) throw new Error('the stream has ended');
    return value;
  }

  /** Reads on to the first message that is wanted. */
  async find(isWanted: (message: WireMessage) => boolean): Promise<WireMessage> {
    for (;;) {
      const { data } = await this.next();
      const message = data === '' ? {} : (JSON.parse(data) as WireMessage);
      if (isWanted(message)) return message;
    }
  }

  /** Reads on to the first message of a method. */
  method(name: string): Promise<WireMessage> {
    return this.find(({ method }) => method === name);
  }

  /** All that is left of the stream, to its end. */
  rest(): Promise<WireEvent[]> {
    return Array.fromAsync(this.#events);
  }

  /** Breaks the connection. */
  async hangUp(): Promise<void> {
    await this.#events.return(undefined);
    // A generator that was never asked for anything ends without a look at the connection.
    await this.response.body?.cancel();
  }
}

/** The messages of events; priming events have none. */
export function messagesIn(events: readonly WireEvent[]): WireMessage[] {
  return events.filter(({ data }) => data !== '').map(({ data }) => JSON.parse(data) as WireMessage);
}

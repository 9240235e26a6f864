import {
  envelope,
  eventsOf,
  messagesOf,
  type RawClient,
  type RawSession,
  type WireEvent,
} from './raw-client.ts';

/** How a call came out. */
export interface CallEnd {
  readonly result?: {
    readonly content?: readonly { readonly text?: string }[];
    readonly isError?: boolean;
    readonly [member: string]: unknown;
  };
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: { readonly code?: string };
  };
}

/** A call of a tool that asks its user one thing after the other; it waits for the next answer. */
export interface ParkedCall {
  /** Gives the next answer, and waits for another question or the end of the call; undefined while there is another question. */
  answer(content: object): Promise<CallEnd | undefined>;
}

const FORMS = { elicitation: { form: {} } };

/** Calls a tool as a 2025 client, hanging up with the first question: what follows is fetched by `Last-Event-ID`. */
export async function parkAs2025(client: RawClient, tool: string): Promise<ParkedCall> {
  const session = await client.initialize(FORMS);
  const call = await session.request('parked', 'tools/call', { name: tool, arguments: {} });
  let question = await nextQuestion(call);
  if (!question.id) throw new Error(`the call ended: ${JSON.stringify(question.end)}`);
  return {
    async answer(content) {
      const resumed = await session.get({ 'last-event-id': question.event.id ?? '' });
      await reply(session, question.id ?? '', content);
      question = await nextQuestion(resumed);
      return question.end;
    },
  };
}

/** Calls a tool as a 2026 client, which keeps what it needs to call again. */
export async function parkAs2026(client: RawClient, tool: string): Promise<ParkedCall> {
  const call = { name: tool, arguments: {}, _meta: envelope(FORMS) };
  let asked = await round(client, call);
  return {
    async answer(content) {
      const { inputRequests, requestState } = asked.result ?? {};
      const [key = ''] = Object.keys(inputRequests ?? {});
      if (key === '') throw new Error(`nothing was asked: ${JSON.stringify(asked)}`);
      const inputResponses = { [key]: { action: 'accept', content } };
      asked = await round(client, {
        ...call,
        inputResponses,
        ...(requestState !== undefined && { requestState }),
      });
      return asked.result?.resultType === 'input_required' ? undefined : asked;
    },
  };
}

async function round(client: RawClient, params: Record<string, unknown>): Promise<CallEnd> {
  const messages = await messagesOf(await client.modern('tools/call', params));
  return messages.at(-1) as CallEnd;
}

interface Question {
  readonly event: WireEvent;
  /** Of the pushed request; undefined where the call has ended. */
  readonly id?: string;
  readonly end?: CallEnd;
}

/** Reads a stream up to the next question to the user or the end of the call, and hangs up. */
async function nextQuestion(response: Response): Promise<Question> {
  for await (const event of eventsOf(response)) {
    const message = event.data === '' ? {} : JSON.parse(event.data);
    if (message.method === 'elicitation/create') return { id: message.id, event };
    if (message.id === 'parked') return { event, end: message };
  }
  throw new Error(`the stream ended early (${response.status})`);
}

async function reply(session: RawSession, id: string, content: object): Promise<void> {
  const response = await session.post({ jsonrpc: '2.0', id, result: { action: 'accept', content } });
  if (response.status !== 202) throw new Error(`an answer was answered ${response.status}`);
  await response.body?.cancel();
}

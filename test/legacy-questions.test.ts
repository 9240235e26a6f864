import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { RawClient, RawSession } from './support/raw-client.ts';
import {
  answerOf,
  messagesIn,
  StreamReader,
  statusOf,
  type WireMessage,
  wireClient,
} from './support/wire.ts';

const CAPABILITIES = { elicitation: { form: {} }, sampling: {}, roots: {} };
const ELICITATION = 'elicitation/create';

let client: RawClient;
let session: RawSession;

beforeAll(async () => {
  client = await wireClient(inject('origin'), '/mcp/everything');
  session = await client.initialize(CAPABILITIES);
});

/** Calls a tool that will ask. */
async function call(
  id: string | number,
  name: string,
  args: object = {},
  of = session,
): Promise<StreamReader> {
  return new StreamReader(await of.request(id, 'tools/call', { name, arguments: args }));
}

const ask = (id: string, of = session) => call(id, 'test_elicitation', { message: 'Who?' }, of);

/** Posts an answer, or what pretends to be one. */
const respond = (id: unknown, body: object, of = session) =>
  statusOf(of.post({ jsonrpc: '2.0', id, ...body }));

const accept = (content: object) => ({ result: { action: 'accept', content } });
const USER = { username: 'Ada', email: 'ada@example.com' };

const textOf = ({ result }: WireMessage) => (result?.content as { text: string }[] | undefined)?.[0]?.text;

/** The text of the answer that ends a stream. */
async function endOf(reader: StreamReader): Promise<string | undefined> {
  const messages = messagesIn(await reader.rest());
  expect(messages).toHaveLength(1);
  return messages[0] && textOf(messages[0]);
}

describe('2025-11-25, Elicitation and Sampling: questions to the client', () => {
  test('a form comes as a request on the stream of the call, and its answer ends the call', async () => {
    const reader = await ask('form');
    const question = await reader.method(ELICITATION);
    expect(question).toMatchObject({ params: { message: 'Who?', requestedSchema: { type: 'object' } } });
    expect(question.id).toEqual(expect.any(String));
    expect(await respond(question.id, accept(USER))).toBe(202);
    expect(await endOf(reader)).toBe(`User response: action=accept, content=${JSON.stringify(USER)}`);
  });

  test.each(['decline', 'cancel'])('a user may %s', async action => {
    const reader = await ask(action);
    await respond((await reader.method(ELICITATION)).id, { result: { action } });
    expect(await endOf(reader)).toBe(`User response: action=${action}, content={}`);
  });

  test('sampling is asked of the client too', async () => {
    const reader = await call('sample', 'test_sampling', { prompt: 'Say hi' });
    const question = await reader.method('sampling/createMessage');
    expect(question.params).toMatchObject({ messages: [{ content: { text: 'Say hi' } }], maxTokens: 100 });
    const reply = { role: 'assistant', model: 'm', content: { type: 'text', text: 'hi' } };
    await respond(question.id, { result: reply });
    expect(await endOf(reader)).toBe('LLM response: hi');
  });

  test('several questions at once are answered in any order', async () => {
    const reader = await call('three', 'test_input_required_result_multiple_inputs');
    const asked = new Map<string | undefined, WireMessage['id']>();
    for (let number = 0; number < 3; number++) {
      const { method, id } = await reader.find(message => message.method !== undefined);
      asked.set(method, id);
    }
    const sampled = { role: 'assistant', model: 'm', content: { type: 'text', text: 'hello' } };
    await respond(asked.get('roots/list'), { result: { roots: [{ uri: 'file:///x' }] } });
    await respond(asked.get('sampling/createMessage'), { result: sampled });
    await respond(asked.get(ELICITATION), accept({ name: 'Ada' }));
    expect(await endOf(reader)).toBe('Name: Ada; Greeting: hello; Roots: 1');
  });

  test('no two questions have the same id, over rounds, calls and reconnections', async () => {
    const ids: WireMessage['id'][] = [];
    for (const id of ['first', 'second']) {
      const reader = await call(id, 'ask_name');
      const name = await reader.method(ELICITATION);
      await respond(name.id, accept({ name: 'Ada' }));
      const colour = await reader.method(ELICITATION);
      await respond(colour.id, accept({ colour: 'red' }));
      ids.push(name.id, colour.id);
      expect(await endOf(reader)).toBe('Ada likes red.');
    }
    expect(new Set(ids).size).toBe(4);
  });

  test('clients before 2025-11-25, which know one mode only, are not told of it', async () => {
    const old = await client.initialize({ elicitation: {} }, '2025-06-18');
    const reader = await ask('old', old);
    const question = await reader.method(ELICITATION);
    expect(question.params).not.toHaveProperty('mode');
    await respond(question.id, accept(USER), old);
    expect(await endOf(reader)).toContain('Ada');
  });

  test('a client that declared nothing is asked nothing', async () => {
    const plain = await client.initialize({});
    const params = { name: 'test_elicitation', arguments: { message: 'Who?' } };
    const answer = await answerOf(plain.request('plain', 'tools/call', params));
    expect(answer.method).toBeUndefined();
    expect(answer.error?.code ?? 0).not.toBe(-32021);
  });
});

describe('answers nobody waits for', () => {
  test('an error ends the call with a result that says so', async () => {
    const reader = await ask('refused');
    const { id } = await reader.method(ELICITATION);
    await respond(id, { error: { code: -1, message: 'No screen here' } });
    const [end] = messagesIn(await reader.rest());
    expect(end).toMatchObject({ id: 'refused', result: { isError: true } });
    expect(end && textOf(end)).toContain('No screen here');
  });

  test('of two answers to one question the first counts', async () => {
    const reader = await ask('twice');
    const { id } = await reader.method(ELICITATION);
    expect(await respond(id, accept(USER))).toBe(202);
    expect(await respond(id, accept({ ...USER, username: 'Mallory' }))).toBe(202);
    expect(await endOf(reader)).toContain('Ada');
  });

  test('of many answers at the same time one counts, and the call ends once', async () => {
    const reader = await ask('race');
    const { id } = await reader.method(ELICITATION);
    const names = Array.from({ length: 10 }, (_, number) => `user-${number}`);
    await Promise.all(names.map(username => respond(id, accept({ ...USER, username }))));
    expect(await endOf(reader)).toMatch(/user-\d/);
  });

  test('those with ids that were never asked are taken and forgotten', async () => {
    const reader = await ask('waiting');
    const { id } = await reader.method(ELICITATION);
    const bent = [`${id}0`, `${id}-0`, ` ${id}`, `x${id}`, String(id).replace(/-\d+-/, '-9-')];
    const never = [...bent, 0, '', '__proto__', 'gatehouse-999999-0-0', 'x'.repeat(100_000)];
    for (const other of never) expect(await respond(other, accept({ username: 'Mallory' }))).toBe(202);
    await respond(id, accept(USER));
    expect(await endOf(reader)).toContain('Ada');
  });

  test("another session's answer counts for its own questions only", async () => {
    const mine = await ask('shared');
    const { id } = await mine.method(ELICITATION);
    const other = await client.initialize(CAPABILITIES);
    expect(await respond(id, accept({ ...USER, username: 'Mallory' }), other)).toBe(202);
    await respond(id, accept(USER));
    expect(await endOf(mine)).toContain('Ada');
  });

  test('an answer that does not fit is asked for again', async () => {
    const reader = await call('unfit', 'ask_name');
    await respond((await reader.method(ELICITATION)).id, { result: {} });
    await respond((await reader.method(ELICITATION)).id, accept({ name: 7 }));
    await respond((await reader.method(ELICITATION)).id, accept({ name: 'Ada' }));
    await respond((await reader.method(ELICITATION)).id, accept({ colour: 'green' }));
    expect(await endOf(reader)).toBe('Ada likes green.');
  });

  test('a client cannot answer a question before it was asked', async () => {
    const early = { name: { action: 'accept', content: { name: 'Mallory' } } };
    const params = { name: 'ask_name', arguments: {}, inputResponses: early, requestState: 'forged' };
    const reader = new StreamReader(await session.request('early', 'tools/call', params));
    expect((await reader.method(ELICITATION)).params?.message).toBe('What is your name?');
    await reader.hangUp();
  });
});

describe('2025-11-25, Cancellation of a call that waits for its user', () => {
  const cancel = (requestId: string) =>
    statusOf(session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } }));

  test('the call ends without a response, and a late answer changes nothing', async () => {
    const reader = await ask('parked');
    const { id } = await reader.method(ELICITATION);
    expect(await cancel('parked')).toBe(202);
    expect(await reader.rest()).toEqual([]);
    expect(await respond(id, accept(USER))).toBe(202);
  });

  test('whichever comes first of answer and cancellation, the call ends once and the session goes on', async () => {
    for (let round = 0; round < 15; round++) {
      const name = `contest-${round}`;
      const reader = await ask(name);
      const { id } = await reader.method(ELICITATION);
      const moves = [() => respond(id, accept(USER)), () => cancel(name)];
      const statuses = await Promise.all((round % 2 ? moves : moves.toReversed()).map(move => move()));
      expect(statuses).toEqual([202, 202]);
      expect(messagesIn(await reader.rest()).length).toBeLessThanOrEqual(1);
    }
    expect(await answerOf(session.request(1, 'ping'))).toMatchObject({ result: {} });
  });

  test('a client that hangs up is still asked when it comes back', async () => {
    const reader = await ask('away');
    const primed = await reader.next();
    const { id } = await reader.method(ELICITATION);
    await reader.hangUp();
    const back = await StreamReader.get(session, primed.id);
    expect((await back.method(ELICITATION)).id).toBe(id);
    await respond(id, accept(USER));
    expect(await endOf(back)).toContain('Ada');
  });
});

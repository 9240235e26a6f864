import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Connecting } from './support/connecting.ts';
import { envelope, type RawClient, type RawSession } from './support/raw-client.ts';
import { LETTERS_KEY } from './support/third-party.ts';
import { answerOf, messagesIn, resultOf, StreamReader, wireClient } from './support/wire.ts';

const USER = 'aidan';
const LIST = { name: 'list', arguments: {} };
const URL_MODE = { elicitation: { url: {} } };
const FORM_MODE = { elicitation: { form: {} } };
const LISTED = { content: [{ type: 'text', text: 'GET /items' }] };

let house: Connecting;
let client: RawClient;

beforeAll(async () => {
  house = await Connecting.start();
  client = await wireClient(house.origin, '/mcp/issues', USER);
});

afterAll(() => house.stop());
afterEach(() => house.disconnect(USER, 'tracker'));

/** The link in an answer, wherever it is. */
const linkIn = (value: unknown) => /http:[^\s"]+ticket=[\w.-]+/.exec(JSON.stringify(value))?.[0] ?? '';

/** Calls the tool that needs the connection, and reads the question. */
async function asked(session: RawSession, id: number, params: object = LIST) {
  const reader = new StreamReader(await session.request(id, 'tools/call', params));
  const question = await reader.method('elicitation/create');
  return { reader, id: question.id, params: question.params as Record<string, string> };
}

const accepts = (id: unknown) => ({ jsonrpc: '2.0', id, result: { action: 'accept' } });

describe('2025-11-25', () => {
  test('hears with the id of its question that it is complete, and then the result', async () => {
    const session = await client.initialize(URL_MODE);
    const { reader, id, params } = await asked(session, 1);
    expect(params).toMatchObject({ mode: 'url', elicitationId: expect.any(String) });
    await session.post(accepts(id));
    await house.connect(USER, params.url ?? '');
    expect(messagesIn(await reader.rest())).toMatchObject([
      { method: 'notifications/elicitation/complete', params: { elicitationId: params.elicitationId } },
      { id: 1, result: LISTED },
    ]);
  });

  test('goes on after the member has connected before they say so', async () => {
    const session = await client.initialize(URL_MODE);
    const { reader, id, params } = await asked(session, 1);
    await house.connect(USER, params.url ?? '');
    await session.post(accepts(id));
    expect(messagesIn(await reader.rest()).at(-1)).toMatchObject({ id: 1, result: LISTED });
  });

  test('a cancelled call is not run when the member connects', async () => {
    const session = await client.initialize(URL_MODE);
    const { reader, id, params } = await asked(session, 1);
    await session.post(accepts(id));
    await session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
    expect(messagesIn(await reader.rest())).toEqual([]);
    const before = house.thirdParty.requests.length;
    await house.connect(USER, params.url ?? '');
    expect(house.thirdParty.requests).toHaveLength(before);
  });

  test('without the capability it gets -32042, with the link', async () => {
    const session = await client.initialize(FORM_MODE);
    const { error } = await answerOf(session.request(1, 'tools/call', LIST));
    expect(error).toMatchObject({
      code: -32042,
      message: expect.stringContaining('Tracker is not connected'),
    });
    expect(error?.data).toMatchObject({
      elicitations: [{ mode: 'url', elicitationId: expect.any(String), url: linkIn(error?.message) }],
    });
    await house.connect(USER, linkIn(error));
    expect(await resultOf(session.request(2, 'tools/call', LIST))).toMatchObject(LISTED);
  });
});

test.each(['2025-06-18', '2025-03-26'])('%s gets a failed call with the link in words', async revision => {
  const session = await client.initialize({}, revision);
  const result = await resultOf(session.request(1, 'tools/call', LIST));
  expect(result.isError).toBe(true);
  await house.connect(USER, linkIn(result));
  expect(await resultOf(session.request(2, 'tools/call', LIST))).toMatchObject(LISTED);
});

describe('2026-07-28', () => {
  const round = (more: object = {}, capabilities: object = URL_MODE, of = client) =>
    of.modern('tools/call', { ...LIST, _meta: envelope(capabilities), ...more });
  const agreed = (requestState: unknown) => ({
    requestState,
    inputResponses: { connect: { action: 'accept' } },
  });

  test('is asked with nothing that its revision does not know', async () => {
    const result = await resultOf(round());
    expect(result).toMatchObject({ resultType: 'input_required', requestState: expect.any(String) });
    expect(result.inputRequests).toEqual({
      connect: {
        method: 'elicitation/create',
        params: { mode: 'url', message: expect.any(String), url: expect.stringContaining(house.origin) },
      },
    });
  });

  test('without the capability it gets a failed call with the link in words', async () => {
    const result = await resultOf(round({}, FORM_MODE));
    expect(result).toMatchObject({ resultType: 'complete', isError: true });
    expect(linkIn(result)).toContain('/connect/tracker?ticket=');
  });

  test('a retry without an answer is asked again, and runs nothing', async () => {
    const { requestState } = await resultOf(round());
    const before = house.thirdParty.requests.length;
    const again = await resultOf(round({ requestState, inputResponses: {} }));
    expect(again.resultType).toBe('input_required');
    expect(linkIn(again)).not.toBe('');
    expect(house.thirdParty.requests).toHaveLength(before);
    await house.connect(USER, linkIn(again));
    expect(await resultOf(round(agreed(again.requestState)))).toMatchObject(LISTED);
  });

  test('a state is of no use to another member, though they have connected', async () => {
    const other = await wireClient(house.origin, '/mcp/issues', 'eve');
    const { requestState } = await resultOf(round());
    await house.connect('eve', '/connect/tracker');
    const answer = await answerOf(round(agreed(requestState), URL_MODE, other));
    expect(answer.error?.code).toBe(-32602);
  });

  test("a server's own state is never taken for the gateway's", async () => {
    await house.connect(USER, '/connect/tracker');
    const both = { elicitation: { url: {}, form: {} } };
    const name = { name: 'ask_and_list', arguments: {} };
    const { requestState } = await resultOf(round(name, both));
    const answers = { name: { action: 'accept', content: { name: 'Ada' } }, connect: { action: 'accept' } };
    const result = await resultOf(round({ ...name, requestState, inputResponses: answers }, both));
    expect(result.content).toEqual([{ type: 'text', text: '{"name":"Ada"} GET /items' }]);
  });
});

describe("a credential that is not the member's own", () => {
  const call = (of: RawClient, name: string) =>
    resultOf(of.modern('tools/call', { name, arguments: {}, _meta: envelope(URL_MODE) }));

  test.each(['robot', 'shared'])('a member is told who connects it (%s)', async name => {
    const result = await call(client, name);
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result)).toContain('an operator or administrator connects it');
    expect(linkIn(result)).toBe('');
  });

  test.each(['robot', 'shared'])('an operator is asked, and everybody uses it then (%s)', async name => {
    const operator = await wireClient(house.origin, '/mcp/issues', 'olivia');
    const asked = await call(operator, name);
    expect(asked.resultType).toBe('input_required');
    await house.connect('olivia', linkIn(asked));
    expect(await call(client, name)).toMatchObject({ content: [{ text: `GET /${name}` }] });
    expect(house.thirdParty.requests.at(-1)).toMatchObject({ path: `/${name}`, key: LETTERS_KEY });
  });
});

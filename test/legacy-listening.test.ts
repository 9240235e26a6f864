import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { RawClient, RawSession } from './support/raw-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';
import {
  answerOf,
  countOn,
  messagesIn,
  resultOf,
  StreamReader,
  slowCount,
  statusOf,
  type WireMessage,
  wireClient,
} from './support/wire.ts';

const PATH = '/mcp/everything';

let client: RawClient;

beforeAll(async () => {
  client = await wireClient(inject('origin'), PATH);
});

describe('2025-11-25, Streamable HTTP, "Listening for Messages from the Server"', () => {
  const setText = (of: RawSession, text: string) =>
    resultOf(of.request(randomUUID(), 'tools/call', { name: 'set_watched_text', arguments: { text } }));
  const WATCHED = { uri: 'test://watched-resource' };
  const UPDATED = 'notifications/resources/updated';

  test('a GET stream is primed, and hears of changed lists and subscribed resources only', async () => {
    const listener = await client.initialize();
    await resultOf(listener.request(1, 'resources/subscribe', WATCHED));
    const reader = await StreamReader.get(listener);
    expect(await reader.next()).toEqual({ id: expect.stringMatching(/^\d+-0$/), data: '', retry: '1000' });
    await answerOf(listener.request(2, 'tools/call', slowCount(2, 150, 'elsewhere')));
    await resultOf(listener.request(3, 'tools/call', { name: 'test_trigger_tool_change' }));
    await resultOf(listener.request(4, 'tools/call', { name: 'test_trigger_prompt_change' }));
    await setText(listener, 'one');
    const heard: WireMessage[] = [];
    await reader.find(message => {
      heard.push(message);
      return message.method === UPDATED;
    });
    expect(heard.at(-1)).toEqual({ jsonrpc: '2.0', method: UPDATED, params: WATCHED });
    expect(heard.map(({ method }) => method)).toEqual(
      expect.arrayContaining(['notifications/tools/list_changed', 'notifications/prompts/list_changed']),
    );
    expect(heard.filter(({ id, method }) => id !== undefined || method === 'notifications/progress')).toEqual(
      [],
    );
    await reader.hangUp();
  });

  test('a resource is heard of from the answer to the subscription on, and no more after it ended', async () => {
    const listener = await client.initialize();
    const reader = await StreamReader.get(listener);
    await resultOf(listener.request(1, 'resources/subscribe', WATCHED));
    await setText(listener, 'subscribed');
    await reader.method(UPDATED);
    await resultOf(listener.request(2, 'resources/unsubscribe', WATCHED));
    await setText(listener, 'not subscribed');
    await resultOf(listener.request(3, 'tools/call', { name: 'test_trigger_tool_change' }));
    const next = await reader.find(({ method }) => method === UPDATED || /tools/.test(method ?? ''));
    expect(next.method).toBe('notifications/tools/list_changed');
    await reader.hangUp();
  });

  test('at /mcp a resource that no server has cannot be subscribed to', async () => {
    const listener = await (await wireClient(inject('origin'), '/mcp')).initialize();
    const missing = { uri: 'nowhere://at/all' };
    expect((await answerOf(listener.request(1, 'resources/subscribe', missing))).error).toBeDefined();
  });

  test('there is one GET stream: a second one is refused, even when both come at once', async () => {
    const listener = await client.initialize();
    const responses = await Promise.all([listener.get(), listener.get(), listener.get()]);
    expect(responses.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect(await statusOf(listener.get())).toBe(409);
    await Promise.all(responses.map(statusOf));
  });

  test('a GET stream that broke is resumed with all that was missed, and goes on', async () => {
    const listener = await client.initialize();
    await resultOf(listener.request(1, 'resources/subscribe', WATCHED));
    const broken = await StreamReader.get(listener);
    await setText(listener, 'heard');
    const heard = [await broken.next(), await broken.next()];
    await broken.hangUp();
    await setText(listener, 'missed');
    const resumed = await StreamReader.get(listener, heard.at(-1)?.id);
    const missed = await resumed.next();
    await setText(listener, 'live');
    const ids = [...heard, missed, await resumed.next()].map(({ id }) => id);
    const stream = ids[0]?.split('-')[0];
    expect(ids).toEqual([0, 1, 2, 3].map(number => `${stream}-${number}`));
    await resumed.hangUp();
  });
});

describe('where keep-alives come fast and little is allowed', () => {
  let gateway: TestGateway;
  let other: RawClient;

  beforeAll(async () => {
    gateway = await startTestGateway(
      {},
      { KEEP_ALIVE_MS: '50', MAX_EVENTS_PER_STREAM: '5', MAX_SUBSCRIPTIONS: '3' },
    );
    other = await wireClient(gateway.origin, PATH);
  });

  afterAll(() => gateway.stop());

  async function latestCount(): Promise<unknown> {
    const { contents } = await resultOf(other.modern('resources/read', { uri: 'everything://latest-count' }));
    return JSON.parse((contents as { text: string }[])[0]?.text ?? '');
  }

  test('a GET stream whose reader has gone away makes room for another', async () => {
    const listener = await other.initialize();
    const first = await StreamReader.get(listener);
    await first.next();
    expect(await statusOf(listener.get())).toBe(409);
    await first.hangUp();
    const second = await vi.waitFor(() => StreamReader.get(listener), { timeout: 10_000 });
    expect((await second.next()).data).toBe('');
    await second.hangUp();
  });

  test('a cancelled call stops, even one that is silent', async () => {
    const counting = await other.initialize();
    const response = await counting.request(1, 'tools/call', slowCount(100, 1000));
    expect(await latestCount()).toMatchObject({ isRunning: true });
    await statusOf(
      counting.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }),
    );
    expect(messagesIn(await new StreamReader(response).rest())).toEqual([]);
    await vi.waitFor(async () => expect(await latestCount()).toMatchObject({ isRunning: false, to: 100 }));
  });

  test('a disconnect does not stop a call', async () => {
    const counting = await other.initialize();
    const reader = await countOn(counting, 'unheard', 30, 20);
    await reader.method('notifications/progress');
    await reader.hangUp();
    await vi.waitFor(async () =>
      expect(await latestCount()).toEqual({ to: 30, counted: 30, isRunning: false }),
    );
  });

  test('of a stream that says much the last events are kept, and what is no longer whole is refused', async () => {
    const talkative = await other.initialize();
    const events = await (await countOn(talkative, 'much', 20, 1)).rest();
    expect(await (await StreamReader.get(talkative, events.at(-6)?.id)).rest()).toEqual(events.slice(-5));
    expect(await statusOf(talkative.get({ 'last-event-id': events[0]?.id ?? '' }))).toBe(400);
  });

  test('subscriptions are limited, and those that ended make room', async () => {
    const subscriber = await other.initialize();
    const subscribe = (number: number, method = 'resources/subscribe') =>
      answerOf(subscriber.request(number, method, { uri: `test://template/${number}/data` }));
    const answers = await Promise.all([1, 2, 3].map(number => subscribe(number)));
    expect(answers.map(({ result }) => result)).toEqual([{}, {}, {}]);
    expect((await subscribe(4)).error?.data).toEqual({ code: 'limit_reached' });
    expect((await subscribe(3)).result).toEqual({});
    expect((await subscribe(1, 'resources/unsubscribe')).result).toEqual({});
    expect((await subscribe(4)).result).toEqual({});
  });
});

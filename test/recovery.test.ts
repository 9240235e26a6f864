import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsOf, messagesOf, RawClient, type RawSession, type WireEvent } from './support/raw-client.ts';
import { type Seeded, seeded } from './support/seed.ts';
import { signedInAgent, startTestGateway, type TestGateway } from './support/test-gateway.ts';

const KILLS = 20;

let gateway: TestGateway;
let client: RawClient;
let session: RawSession;
let random: Seeded;

beforeAll(async () => {
  random = seeded('recovery');
  gateway = await startTestGateway();
  const agent = await signedInAgent(gateway.origin, '/mcp', 'ada');
  client = new RawClient(`${gateway.origin}/mcp`, agent.accessToken);
  session = await client.initialize({ elicitation: { form: {} } });
});

afterAll(() => gateway.stop());

async function killAndRestart(): Promise<void> {
  await gateway.kill();
  gateway = await startTestGateway(gateway);
}

type ToolMessage = {
  id?: unknown;
  result?: { structuredContent?: Record<string, unknown> };
  error?: { data?: unknown };
};

async function callTool(name: string, args: object): Promise<ToolMessage> {
  const id = `call-${random.between(0, 2 ** 31)}`;
  const [message] = await messagesOf(await session.request(id, 'tools/call', { name, arguments: args }));
  return message as ToolMessage;
}

/** Writes notes one after the other until the gateway dies; each id in the result was acknowledged. */
async function writeUntilKilled(acknowledged: string[], round: number): Promise<void> {
  for (let number = 0; ; number++) {
    const answer = await callTool('memory_remember', { text: `round ${round} note ${number}` }).catch(
      () => undefined,
    );
    const id = answer?.result?.structuredContent?.id;
    if (typeof id !== 'string') return;
    acknowledged.push(id);
  }
}

/** Reads a stream until the gateway dies, keeping what was seen. */
async function readUntilKilled(response: Response, seen: WireEvent[]): Promise<void> {
  try {
    for await (const event of eventsOf(response)) seen.push(event);
  } catch {
    // The connection broke, which is the point.
  }
}

/** Everything a stream says after an event, once the gateway is back. */
async function resume(after: WireEvent | undefined): Promise<WireEvent[]> {
  const response = await session.get({ 'last-event-id': after?.id ?? '' });
  expect(response.status).toBe(200);
  return Array.fromAsync(eventsOf(response));
}

function messages(events: readonly WireEvent[]): ToolMessage[] {
  return events.filter(({ data }) => data !== '').map(({ data }) => JSON.parse(data) as ToolMessage);
}

describe('a runtime that is killed', () => {
  test(`${KILLS} times under load loses nothing that it acknowledged, and leaves no call hanging`, {
    timeout: 300_000,
  }, async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < KILLS; round++) {
      const id = `count-${round}`;
      const count = await session.request(id, 'tools/call', {
        name: 'everything_slow_count',
        arguments: { to: 100, delayMs: 20 },
        _meta: { progressToken: id },
      });
      const seen: WireEvent[] = [];
      const reading = readUntilKilled(count, seen);
      const writers = [writeUntilKilled(acknowledged, round), writeUntilKilled(acknowledged, round)];
      await new Promise(moment => setTimeout(moment, random.between(20, 600)));
      await killAndRestart();
      await Promise.all([reading, ...writers]);

      const after = messages(await resume(seen.at(-1)));
      expect(after.at(-1)).toMatchObject({ id, error: { data: { code: 'outcome_unknown' } } });
      expect([...messages(seen), ...after].filter(message => message.id === id)).toHaveLength(1);
    }
    expect(acknowledged.length).toBeGreaterThan(KILLS);
    for (const id of acknowledged) {
      expect((await callTool('memory_recall', { id })).result?.structuredContent).toMatchObject({ id });
    }
  });

  test('goes on with a call that waits for its user, when the answer comes after the restart', async () => {
    const call = { name: 'everything_ask_name', arguments: {} };
    const first = await nextQuestion(await session.request('parked', 'tools/call', call));
    await killAndRestart();

    const resumed = await session.get({ 'last-event-id': first.event.id ?? '' });
    await answer(first.id, { name: 'Ada' });
    const second = await nextQuestion(resumed);
    await killAndRestart();

    await answer(second.id, { colour: 'green' });
    const end = messages(await resume(second.event)).at(-1);
    expect(end).toMatchObject({ id: 'parked', result: { content: [{ text: 'Ada likes green.' }] } });
  });

  test('replays a finished answer to a client that missed it', async () => {
    const response = await session.request('missed', 'tools/call', {
      name: 'everything_slow_count',
      arguments: { to: 3, delayMs: 10 },
      _meta: { progressToken: 'missed' },
    });
    const all = await Array.fromAsync(eventsOf(response));
    await killAndRestart();
    expect(await resume(all[0])).toEqual(all.slice(1));
  });
});

/** Reads a stream up to the next question to the user, and hangs up. */
async function nextQuestion(response: Response): Promise<{ id: string; event: WireEvent }> {
  for await (const event of eventsOf(response)) {
    const message = event.data === '' ? {} : JSON.parse(event.data);
    if (message.method === 'elicitation/create') return { id: message.id, event };
  }
  throw new Error('no question came');
}

async function answer(id: string, content: object): Promise<void> {
  const response = await session.post({ jsonrpc: '2.0', id, result: { action: 'accept', content } });
  expect(response.status).toBe(202);
  await response.body?.cancel();
}

import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { RawClient, RawSession } from './support/raw-client.ts';
import {
  countOn,
  messagesIn,
  refusalOf,
  resultOf,
  StreamReader,
  slowCount,
  statusOf,
  wireClient,
} from './support/wire.ts';

const PATH = '/mcp/everything';

let client: RawClient;
let session: RawSession;

beforeAll(async () => {
  client = await wireClient(inject('origin'), PATH);
  session = await client.initialize();
});

describe('2025-11-25, Cancellation', () => {
  const cancel = (of: RawSession, requestId: unknown) =>
    statusOf(of.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } }));

  test('a request id that is still running is refused, and free again afterwards', async () => {
    const running = await countOn(session, '7', 100, 20);
    await running.method('notifications/progress');
    expect(await refusalOf(session.request('7', 'tools/call', slowCount(1, 1)))).toEqual([400, -32600]);
    expect(await resultOf(session.request(7, 'tools/call', slowCount(1, 1)))).toBeDefined();
    await cancel(session, '7');
    await running.rest();
    expect(await resultOf(session.request('7', 'tools/call', slowCount(1, 1)))).toBeDefined();
  });

  test('a cancelled call ends its stream, and no response comes, not even on resuming', async () => {
    const reader = await countOn(session, 'cancelled', 100, 20);
    const primed = await reader.next();
    await reader.method('notifications/progress');
    expect(await cancel(session, 'cancelled')).toBe(202);
    expect(messagesIn(await reader.rest()).filter(({ id }) => id !== undefined)).toEqual([]);
    const replayed = messagesIn(await (await StreamReader.get(session, primed.id)).rest());
    expect(replayed.filter(({ id }) => id !== undefined)).toEqual([]);
  });

  test('a call that has not begun to answer can be cancelled', async () => {
    const silent = session.request('silent', 'tools/call', slowCount(1, 5000));
    expect(await resultOf(session.request(1, 'ping'))).toEqual({});
    await cancel(session, 'silent');
    expect(messagesIn(await new StreamReader(await silent).rest())).toEqual([]);
  });

  test.each([[undefined], [null], ['nobody'], [7.5], [{}], ['__proto__']])(
    'a cancellation of nothing changes nothing (%j)',
    async requestId => {
      const reader = await countOn(session, '8', 3, 20);
      await reader.next();
      expect(await Promise.all([cancel(session, requestId), cancel(session, 8)])).toEqual([202, 202]);
      expect(messagesIn(await reader.rest()).at(-1)).toMatchObject({ id: '8', result: {} });
    },
  );
});

import { expect, test } from 'vitest';
import { compilePolicy } from '../../policy/compiled-policy.ts';
import type { RuleOf } from '../../policy/rule.ts';
import type { JsonObject, Outcome } from '../../protocol/message.ts';
import { FakeQuotas } from '../../quotas/call-quotas.fake.ts';
import { FakeApprovals } from '../approving/approval-desk.fake.ts';
import type { InnerRequest } from '../connector.ts';
import { governedConnector } from './governed-connector.ts';

type Limit = RuleOf<'limit'>;

const DONE: Outcome = { kind: 'result', result: { content: [], resultType: 'complete' } };
const ASKS: Outcome = { kind: 'result', result: { resultType: 'input_required', requestState: 'mine' } };

function limit(more: Partial<Limit> = {}): Limit {
  const count = more.count ?? 'calls';
  const isOverTime = count === 'calls' || count === 'bytes';
  return {
    ...{ id: 'few', effect: 'limit', count, max: 2, per: 'user' },
    ...(isOverTime && { windowSeconds: 60 }),
    ...more,
  };
}

interface Call {
  readonly user?: string;
  readonly params?: JsonObject;
  readonly method?: string;
}

/** A server whose calls are limited. */
class LimitedServer {
  readonly fake = new FakeQuotas();
  readonly sent: InnerRequest[] = [];
  readonly refusedBy: (string | null)[] = [];
  readonly #limits: readonly Limit[];
  answer: () => Outcome | Promise<Outcome> = () => DONE;

  constructor(...limits: readonly Limit[]) {
    this.#limits = limits;
  }

  call({ user = 'ada', params = {}, method = 'tools/call' }: Call = {}): Promise<Outcome> {
    const connector = {
      server: 'files',
      version: 'v1',
      call: async (request: InnerRequest) => {
        this.sent.push(request);
        return this.answer();
      },
      listen: async () => {},
    };
    const policy = compilePolicy({ rules: [{ id: 'all', effect: 'allow' }, ...this.#limits] }, 1);
    const governed = governedConnector(
      connector,
      { name: 'files', codeHash: 'v1', connections: [] },
      {
        caller: { tenant: 'acme', subject: user, client: 'c', roles: ['member'], groups: [], country: null },
        policy: async () => policy,
        desk: new FakeApprovals().desk(),
        quotas: this.fake.quotas,
        observers: [{ begin() {}, end: ({ notes }) => void this.refusedBy.push(notes.limit) }],
      },
    );
    const request = { method, params: { name: 'read', arguments: {}, ...params } };
    return governed.call(
      { ...request, client: { info: {}, capabilities: {} } },
      { signal: new AbortController().signal, notify() {} },
    );
  }

  /** Why a call was refused; null where it was not. */
  async refusal(call: Call = {}): Promise<JsonObject | null> {
    const outcome = await this.call(call);
    if (outcome.kind === 'error') return (outcome.error.data ?? {}) as JsonObject;
    const meta = (outcome.result._meta ?? {}) as JsonObject;
    return (meta['gatehouse/refusal'] ?? null) as JsonObject | null;
  }
}

test('the call after the last is refused in words and as data, is not sent, and its record names the limit', async () => {
  const server = new LimitedServer(limit());
  expect([await server.refusal(), await server.refusal()]).toEqual([null, null]);
  expect(await server.call()).toMatchObject({
    kind: 'result',
    result: {
      isError: true,
      content: [
        {
          text: expect.stringMatching(
            /^The rule "few" of your organisation's policy allows 2 calls per user within 60 seconds\. Nothing was done\. Try again in \d+ seconds, not sooner\.$/,
          ),
        },
      ],
      _meta: {
        'gatehouse/refusal': {
          ...{ code: 'quota_exceeded', rule: 'few', count: 'calls', per: 'user', max: 2, windowSeconds: 60 },
          ...{ retryAfterSeconds: expect.any(Number), outcome: 'not-sent' },
        },
      },
    },
  });
  expect(server.sent).toHaveLength(2);
  expect(server.refusedBy).toEqual([null, null, 'few']);
});

test.each([
  ['user', null],
  ['tool', 'few'],
  ['server', 'few'],
  ['tenant', 'few'],
] as const)('a limit per %s counts others who share it', async (per, refusedBy) => {
  const server = new LimitedServer(limit({ per }));
  await server.call();
  await server.call();
  expect((await server.refusal({ user: 'bob' }))?.rule ?? null).toBe(refusedBy);
});

test('whoever is at a limit of their own takes nothing from what they share', async () => {
  const own = limit({ max: 1 });
  const shared = limit({ id: 'all-together', max: 3, per: 'tenant' });
  const server = new LimitedServer(shared, own);
  for (let nth = 0; nth < 10; nth++) await server.call();
  expect(server.fake.asked.filter(per => per === 'tenant')).toHaveLength(1);
  expect([await server.refusal({ user: 'bob' }), await server.refusal({ user: 'eve' })]).toEqual([
    null,
    null,
  ]);
  expect((await server.refusal({ user: 'dan' }))?.rule).toBe('all-together');
});

test('what a shared limit refuses is given back to the limits before it', async () => {
  const server = new LimitedServer(limit({ max: 2 }), limit({ id: 'shared', max: 0, per: 'tenant' }));
  for (let nth = 0; nth < 5; nth++) expect((await server.refusal())?.rule).toBe('shared');
});

test('a later round is not another call, and one that is sent again is', async () => {
  const server = new LimitedServer(limit({ max: 2 }));
  server.answer = () => ASKS;
  const first = await server.call();
  const requestState = first.kind === 'result' ? first.result.requestState : undefined;
  const next = { params: { requestState, inputResponses: {} } };
  expect(await server.refusal(next)).toBeNull();
  expect(server.sent[1]?.params.requestState).toBe('mine');
  expect(await server.refusal(next)).toBeNull();
  expect((await server.refusal(next))?.rule).toBe('few');
  expect((await server.refusal({ params: { inputResponses: {} } }))?.rule).toBe('few');
});

test('a call that waits for its user holds no place, and neither does one that has failed', async () => {
  const server = new LimitedServer(limit({ count: 'concurrent', max: 1 }));
  server.answer = () => ASKS;
  expect([await server.refusal(), await server.refusal()]).toEqual([null, null]);
  server.answer = () => Promise.reject(new Error('broken'));
  await server.call();
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  server.answer = () => promise;
  const running = server.call();
  await expect.poll(() => server.sent.length).toBe(4);
  expect((await server.refusal())?.retryAfterSeconds).toBe(1);
  resolve(DONE);
  await running;
  expect(await server.refusal()).toBeNull();
});

test('a result of too many bytes is delivered, and the next call refused', async () => {
  const server = new LimitedServer(limit({ count: 'bytes', max: 1000 }));
  server.answer = () => ({ kind: 'result', result: { content: ['x'.repeat(2000)] } });
  expect(await server.refusal()).toBeNull();
  expect((await server.refusal())?.count).toBe('bytes');
});

test('arguments that are larger than the limit are refused with the advice to send less', async () => {
  const server = new LimitedServer(limit({ count: 'bytes', max: 100 }));
  const refusal = await server.refusal({ params: { arguments: { text: 'x'.repeat(200) } } });
  expect(refusal).toMatchObject({ retryAfterSeconds: null });
});

test('where nobody can count nothing is called', async () => {
  const server = new LimitedServer(limit());
  server.fake.isAway = true;
  expect(await server.refusal()).toMatchObject({ code: 'quota_unavailable' });
  expect(server.sent).toEqual([]);
});

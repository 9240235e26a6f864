import { afterEach, expect, test, vi } from 'vitest';
import { fakeSettings } from '../../env.fake.ts';
import { faultLog } from '../../errors.fake.ts';
import { remoteConnector } from './remote-connector.ts';
import { answer, FakeUpstream, fakeMemory, type Reached } from './upstream.fake.ts';

afterEach(() => {
  vi.useRealTimers();
});

const CALL = { method: 'tools/call', params: { name: 'act' }, client: { capabilities: {} } };
const DONE = { content: [{ type: 'text', text: 'Done.' }] };

type Language = 'modern' | 'legacy' | 'upgraded' | 'away';

/** A server that can be given another language while it runs. */
function speaking(language: Language) {
  const state = { language };
  const upstream = new FakeUpstream(reached => SCRIPTS[state.language](reached));
  const { memory } = fakeMemory();
  const connector = remoteConnector({ endpoint: upstream, memory, settings: fakeSettings() });
  const hooks = { signal: new AbortController().signal, notify: () => {} };
  return { state, upstream, call: () => connector.call(CALL, hooks) };
}

/** A server that speaks 2026-07-28 only. */
function modern({ message }: Reached): Response {
  if (message.method === 'server/discover') {
    return answer(message, { result: { supportedVersions: ['2026-07-28'], capabilities: {} } });
  }
  if (message.method !== 'tools/call')
    return answer(message, { error: { code: -32601, message: 'No.' } }, 404);
  return answer(message, { result: { ...DONE, resultType: 'complete' } });
}

const SCRIPTS: Readonly<Record<Language, (reached: Reached) => Response | undefined>> = {
  modern,
  /** Where there was one of the 2025 revisions, whose sessions are gone. */
  upgraded(reached) {
    const error = { code: -32001, message: 'Session not found' };
    return reached.headers.has('mcp-session-id') ? answer(reached.message, { error }, 404) : modern(reached);
  },
  legacy({ message, headers }) {
    if (message.method !== 'tools/call') return undefined;
    if (headers.has('mcp-session-id')) return answer(message, { result: DONE });
    return answer(message, { error: { code: -32000, message: 'No session.' } }, 400);
  },
  away() {
    throw new TypeError('no route');
  },
};

test.each(['modern', 'legacy'] as const)(
  'a %s server is asked once which language it speaks',
  async language => {
    const { upstream, call } = speaking(language);
    const both = await Promise.all([call(), call()]);
    expect([...both, await call()]).toMatchObject([{ result: DONE }, { result: DONE }, { result: DONE }]);
    expect(upstream.posted('server/discover')).toHaveLength(1);
    expect(upstream.posted('initialize')).toHaveLength(language === 'legacy' ? 1 : 0);
  },
);

test('what it answered is good for a quarter of an hour', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { upstream, call } = speaking('legacy');
  await call();
  vi.advanceTimersByTime(15 * 60_000 - 1);
  await call();
  expect(upstream.posted('server/discover')).toHaveLength(1);
  vi.advanceTimersByTime(1);
  await call();
  expect(upstream.posted('server/discover')).toHaveLength(2);
});

test('a server that could not be asked is asked again, and nothing was sent to it', async () => {
  faultLog();
  const { state, upstream, call } = speaking('away');
  expect(await call()).toMatchObject({ kind: 'error', own: 'upstream_failed', httpStatus: 200 });
  expect(upstream.posted('tools/call')).toEqual([]);
  state.language = 'modern';
  expect(await call()).toMatchObject({ result: DONE });
});

test('a server that was taken back to a 2025 revision is noticed by its refusal, and the call is made in that', async () => {
  const { state, upstream, call } = speaking('modern');
  await call();
  state.language = 'legacy';
  expect(await call()).toMatchObject({ result: DONE });
  expect(upstream.posted('server/discover')).toHaveLength(2);
});

test('a server that takes no sessions any more is noticed when one is opened', async () => {
  faultLog();
  const { state, upstream, call } = speaking('legacy');
  await call();
  state.language = 'upgraded';
  expect(await call()).toMatchObject({ own: 'upstream_session_lost' });
  expect(await call()).toMatchObject({ result: DONE });
  expect(upstream.posted('server/discover')).toHaveLength(2);
});

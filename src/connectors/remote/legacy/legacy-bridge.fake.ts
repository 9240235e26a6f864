import { expect, vi } from 'vitest';
import { fakeSettings } from '../../../env.fake.ts';
import type { JsonObject } from '../../../protocol/message.ts';
import type { InnerRequest } from '../../connector.ts';
import { FakeStream, FakeUpstream, fakeMemory, type Script } from '../upstream.fake.ts';
import { legacyConnector } from './legacy-connector.ts';

export const FORMS = { elicitation: { form: {} } };
export const ASK = {
  method: 'elicitation/create',
  params: { message: 'Sure?', requestedSchema: { type: 'object' } },
};
export const DONE = { content: [{ type: 'text', text: 'Done.' }] };

/** A call of a tool, as the guard hands it on. */
export function calling(more: JsonObject = {}, capabilities: JsonObject = FORMS): InnerRequest {
  return {
    method: 'tools/call',
    params: { name: 'act', arguments: {}, ...more },
    client: { info: { name: 'editor', version: '1' }, capabilities },
  };
}

/** A connector to a scripted server, and what it can be called with. */
export function reaching(script: Script, capabilities?: JsonObject) {
  const upstream = new FakeUpstream(script, capabilities);
  const kept = fakeMemory();
  const parts = { endpoint: upstream, memory: kept.memory, settings: fakeSettings() };
  const connector = legacyConnector(parts);
  const notify = vi.fn();
  const hooks = { signal: new AbortController().signal, notify };
  /** The same connector after the memory was lost. */
  const restarted = () => legacyConnector({ ...parts, memory: fakeMemory().memory });
  return { upstream, connector, hooks, notify, restarted, ...kept };
}

/** A server whose call is answered by a stream that the test writes. */
export function streaming(more: Script = () => undefined) {
  const stream = new FakeStream();
  const set = reaching(reached =>
    reached.message.method === 'tools/call' ? stream.response : more(reached),
  );
  const called = async () => {
    await vi.waitFor(() => expect(set.upstream.posted('tools/call')).toHaveLength(1));
    return set.upstream.posted('tools/call')[0]?.message.id as string;
  };
  return { ...set, stream, called };
}

/** What a round of a call asks. */
export function asked(outcome: unknown) {
  const { result } = outcome as { result: { inputRequests: JsonObject; requestState: string } };
  return { keys: Object.keys(result.inputRequests), ...result };
}

/** What a call asks, and its state, where its server numbers its events or not. */
export async function parkedCall(lastEventId: string | undefined, more: Script) {
  const set = streaming(more);
  const call = set.connector.call(calling(), set.hooks);
  const id = await set.called();
  set.stream.say({ id: 'q', ...ASK }, lastEventId);
  const { keys, requestState } = asked(await call);
  const inputResponses = { [keys[0] ?? '']: { action: 'accept', content: {} } };
  return { ...set, id, retry: calling({ requestState, inputResponses }) };
}

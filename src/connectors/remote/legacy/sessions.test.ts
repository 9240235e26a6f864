import { expect, test } from 'vitest';
import type { JsonObject } from '../../../protocol/message.ts';
import { paramsOf } from '../upstream.fake.ts';
import { calling, reaching } from './legacy-bridge.fake.ts';

/** The capabilities that were told to a server by clients with these, one after the other. */
async function told(...clients: readonly JsonObject[]) {
  const { upstream, connector, hooks } = reaching(() => undefined);
  for (const capabilities of clients) await connector.call(calling({}, capabilities), hooks);
  return upstream.posted('initialize').map(reached => paramsOf(reached).capabilities);
}

test('a server is told what a client can be asked for, and nothing else of the client', async () => {
  const capabilities = {
    elicitation: { url: {}, form: { colours: 256 }, secret: 'x' },
    sampling: { tools: { most: 3 }, context: 'all' },
    roots: { listChanged: true },
    experimental: { anything: {} },
  };
  expect(await told(capabilities)).toEqual([
    { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} },
  ]);
});

test('clients that can be asked for the same share a session, whatever else they say of it', async () => {
  const some = Array.from({ length: 20 }, (_, n) => ({ elicitation: { n, form: { n } }, other: n }));
  expect(await told(...some, { elicitation: { form: {} } })).toEqual([{ elicitation: { form: {} } }]);
});

test('there are at most fifty sessions, in however many ways clients say what they can', async () => {
  const one = [undefined, null, 'x', {}];
  const elicitations = [...one, { form: {} }, { url: {} }, { url: {}, form: {} }];
  const samplings = [...one, { tools: {} }, { context: {} }, { context: {}, tools: {} }];
  const all = elicitations.flatMap(elicitation =>
    samplings.flatMap(sampling => one.map(roots => ({ elicitation, sampling, roots }))),
  );
  expect(await told(...all)).toHaveLength(50);
});

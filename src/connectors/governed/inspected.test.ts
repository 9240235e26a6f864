import { expect, test } from 'vitest';
import { GatehouseError } from '../../errors.ts';
import type { Guard } from '../../policy/guards/guard.ts';
import type { JsonObject, Outcome } from '../../protocol/message.ts';
import { failure } from '../../protocol/message.ts';
import type { GovernedCall } from './governed-call.ts';
import { inspected } from './inspected.ts';

const TOKEN = `ghp_${'aB3dE5'.repeat(6)}`;
const MASK = '[secret: github-token]';

const guard = (action: Guard['action'], on: Guard['on'], find: Guard['find'] = 'secrets'): Guard => ({
  id: 'no-secrets',
  effect: 'guard',
  on,
  find,
  action,
});

/** Has a call inspected, and keeps what the server gets and what the client hears. */
async function run(
  guards: readonly Guard[],
  {
    params = {},
    tool,
    says = [],
    outcome = { kind: 'result', result: { content: [] } },
  }: Partial<Setting> = {},
) {
  const heard: unknown[] = [];
  const notes = { decision: { guards }, approval: null, found: [] as string[] };
  const call = {
    notes,
    facts: { arguments: params.arguments ?? {} },
    request: { method: 'tools/call', params, paramHeaders: {}, tool },
    hooks: { signal: new AbortController().signal, notify: (message: unknown) => void heard.push(message) },
  } as unknown as GovernedCall;
  let sent: GovernedCall | undefined;
  const answer = await inspected(call, async changed => {
    sent = changed;
    for (const message of says) changed.hooks.notify({ method: 'notifications/message', params: message });
    return outcome;
  });
  return { answer, sent, heard, found: notes.found };
}

interface Setting {
  readonly params: JsonObject;
  readonly tool: JsonObject;
  readonly says: readonly JsonObject[];
  readonly outcome: Outcome;
}

const textResult = (text: string, more = {}): Outcome => ({
  kind: 'result',
  result: { content: [{ type: 'text', text }], ...more },
});

test('without guards a call is not touched', async () => {
  const params = { arguments: { text: TOKEN } };
  const { sent } = await run([], { params });
  expect(sent?.request.params).toBe(params);
});

test('masked arguments are what approvers see, what the server gets, and what headers mirror', async () => {
  const tool = {
    inputSchema: { type: 'object', properties: { text: { type: 'string', 'x-mcp-header': 'Text' } } },
  };
  const { sent, found } = await run([guard('mask', ['arguments'])], {
    params: { name: 'save', arguments: { text: TOKEN, n: 1 } },
    tool,
  });
  expect(sent?.facts.arguments).toEqual({ text: MASK, n: 1 });
  expect(sent?.request.params).toEqual({ name: 'save', arguments: { text: MASK, n: 1 } });
  expect(JSON.stringify(sent?.request.paramHeaders)).not.toContain(TOKEN);
  expect(found).toEqual(['no-secrets:github-token']);
});

test.each([
  { argument: { name: 'a', value: TOKEN } },
  { context: { arguments: { a: TOKEN } } },
  { inputResponses: { q: { action: 'accept', content: { a: TOKEN } } } },
  { uri: `notes://${TOKEN}` },
  { _meta: { 'x.example/note': TOKEN } },
])('what is given as %j is looked at', async params => {
  const { answer, sent } = await run([guard('deny', ['arguments'])], { params });
  expect(sent).toBeUndefined();
  expect(answer).toMatchObject({
    kind: 'error',
    own: 'content_refused',
    error: { data: { rule: 'no-secrets', found: ['github-token'], outcome: 'not-sent' } },
  });
  expect(JSON.stringify(answer)).not.toContain(TOKEN);
});

test('a refused result says that the call was carried out', async () => {
  const { answer } = await run([guard('deny', ['result'])], { outcome: textResult(TOKEN) });
  expect(answer).toMatchObject({ own: 'content_refused', error: { data: { outcome: 'carried-out' } } });
  expect(JSON.stringify(answer)).not.toContain(TOKEN);
});

test('a guard on arguments does not look at results, nor the other way round', async () => {
  const setting = { params: { arguments: { text: TOKEN } }, outcome: textResult(TOKEN) };
  expect((await run([guard('deny', ['arguments'])], { outcome: textResult(TOKEN) })).answer.kind).toBe(
    'result',
  );
  const { sent, answer } = await run([guard('mask', ['result'])], setting);
  expect(sent?.facts.arguments).toEqual({ text: TOKEN });
  expect(answer).toEqual(textResult(MASK));
});

test('log messages and progress are masked, or left out where a guard refuses them', async () => {
  const says = [{ data: `is ${TOKEN}` }, { data: 'fine' }];
  const masked = await run([guard('mask', ['result'])], { says });
  expect(masked.heard.map(message => (message as { params: unknown }).params)).toEqual([
    { data: `is ${MASK}` },
    { data: 'fine' },
  ]);
  const refused = await run([guard('deny', ['result'])], { says });
  expect(refused.heard).toHaveLength(1);
  expect(refused.answer.kind).toBe('result');
  expect(refused.found).toEqual(['no-secrets:github-token']);
});

test("a server's own error is looked at too, and the gateway's is not", async () => {
  const outcome: Outcome = {
    kind: 'error',
    httpStatus: 200,
    error: { code: -32000, message: `no ${TOKEN}` },
  };
  expect((await run([guard('mask', ['result'])], { outcome })).answer).toMatchObject({
    error: { code: -32000, message: `no ${MASK}` },
  });
  const own = failure(new GatehouseError('call_timeout', 'It took too long.'));
  expect((await run([guard('deny', ['result'], { maxBytes: 1 })], { outcome: own })).answer).toBe(own);
});

test('structured content that masks make something else is refused, with what is known of the call', async () => {
  const tool = { outputSchema: { type: 'object', properties: { card: { type: 'number' } } } };
  const outcome: Outcome = {
    kind: 'result',
    result: { content: [], structuredContent: { card: 4111111111111111 } },
  };
  const { answer } = await run([guard('mask', ['result'], 'personal-data')], { tool, outcome });
  expect(answer).toMatchObject({ own: 'content_refused', error: { data: { outcome: 'carried-out' } } });
});

test('structured content that still fits is handed on with its masks', async () => {
  const tool = { outputSchema: { type: 'object', properties: { a: { type: 'string' } } } };
  const outcome = textResult('x', { structuredContent: { a: TOKEN } });
  expect((await run([guard('mask', ['result'])], { tool, outcome })).answer).toEqual(
    textResult('x', { structuredContent: { a: MASK } }),
  );
});

test('a flag is noted once, and changes nothing', async () => {
  const outcome = textResult(`${TOKEN} ${TOKEN}`);
  const { answer, found } = await run([guard('flag', ['arguments', 'result'])], {
    params: { arguments: { a: TOKEN } },
    outcome,
  });
  expect(answer).toBe(outcome);
  expect(found).toEqual(['no-secrets:github-token']);
});

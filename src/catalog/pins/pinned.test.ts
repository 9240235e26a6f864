import { expect, test } from 'vitest';
import type { Definitions } from '../definitions.ts';
import { itemOf, itemsOf } from './definition-item.ts';
import { approvedDefinitions, type PinState, type Pins, pinned } from './pinned.ts';
import { vetted } from './vetted.ts';

const SCHEMA = { type: 'object' };
const LOOK = { name: 'look', description: 'Looks.', inputSchema: SCHEMA };
const SEND = { name: 'send', description: 'Sends.', inputSchema: SCHEMA };
const CHANGED = { ...LOOK, description: 'Looks elsewhere.' };

function offering(tools: readonly object[], change: Partial<Definitions> = {}): Definitions {
  return {
    discovered: { capabilities: { tools: {} } },
    tools: tools as Definitions['tools'],
    prompts: [],
    resourceTemplates: [],
    ...change,
  };
}

/** Pins of these definitions, each in its state. */
function pinsOf(...decided: readonly (readonly [definitions: Definitions, state: PinState])[]): Pins {
  const all = decided.flatMap(([definitions, state]) =>
    itemsOf(definitions).map(item => ({ ...item, state, foundAtMs: 0 })),
  );
  return { items: new Map(all.map(item => [item.hash, item])) };
}

const names = ({ tools }: Definitions) => tools.map(({ name }) => name);

test('what is approved is shown', () => {
  const found = pinned('far', offering([LOOK, SEND]), pinsOf([offering([LOOK, SEND]), 'approved']));
  expect(names(found.definitions)).toEqual(['look', 'send']);
  expect(found).toMatchObject({ hidden: [], unknown: [] });
});

test('what has changed, is new, or was refused is hidden, and it is said which', () => {
  const refused = { ...SEND, name: 'refused' };
  const pins = pinsOf([offering([LOOK]), 'approved'], [offering([refused]), 'refused']);
  const found = pinned('far', offering([CHANGED, SEND, refused]), pins);
  expect(names(found.definitions)).toEqual([]);
  expect(found.hidden.map(({ reason }) => reason)).toEqual([
    'The tool "look" of the server "far" has changed and waits for an operator to approve it.',
    'The tool "send" of the server "far" is new and waits for an operator to approve it.',
    'The tool "refused" of the server "far" is, as it is now, refused by an operator.',
  ]);
  expect(found.unknown.map(({ name }) => name)).toEqual(['look', 'send']);
});

test('what changes back is shown again; several forms may be approved', () => {
  const pins = pinsOf([offering([LOOK]), 'approved'], [offering([CHANGED]), 'approved']);
  for (const tool of [LOOK, CHANGED])
    expect(pinned('far', offering([tool]), pins).definitions.tools).toEqual([tool]);
});

test('a second tool of an approved name is hidden, and the approved one stays', () => {
  const found = pinned(
    'far',
    offering([LOOK, CHANGED]),
    pinsOf([offering([LOOK]), 'approved'], [offering([CHANGED]), 'waiting']),
  );
  expect(found.definitions.tools).toEqual([LOOK]);
});

test('instructions, prompts and templates are pinned too', () => {
  const prompts = [{ name: 'p' }];
  const resourceTemplates = [{ uriTemplate: 'a:{b}', name: 't' }];
  const discovered = { capabilities: {}, instructions: 'Be good.' };
  const all = offering([], { discovered, prompts, resourceTemplates });
  expect(pinned('far', all, pinsOf([all, 'approved'])).definitions).toEqual(all);
  const nothing = pinned('far', all, pinsOf());
  expect(nothing.definitions).toEqual({
    discovered: { capabilities: {} },
    tools: [],
    prompts: [],
    resourceTemplates: [],
  });
  expect(nothing.unknown.map(({ kind }) => kind)).toEqual(['prompts', 'resourceTemplates', 'instructions']);
});

test.each([
  ['description', { description: 'Looks. ' }],
  ['title', { title: 'Look' }],
  ['input schema', { inputSchema: { type: 'object', properties: {} } }],
  ['output schema', { outputSchema: { type: 'object' } }],
  ['annotations', { annotations: { readOnlyHint: true } }],
  [
    'header hints',
    { inputSchema: { type: 'object', properties: { a: { type: 'string', 'x-mcp-header': 'A' } } } },
  ],
  ['icons', { icons: [{ src: 'https://far.example/i.png' }] }],
  ['execution', { execution: { taskSupport: 'required' } }],
  ['metadata', { _meta: { 'ui/resourceUri': 'ui://x' } }],
])('another %s is another definition', (_what, change) => {
  expect(itemOf('tools', { ...LOOK, ...change }).hash).not.toBe(itemOf('tools', LOOK).hash);
});

test('the order of members is no difference', () => {
  const { name, ...rest } = LOOK;
  expect(itemOf('tools', { ...rest, name }).hash).toBe(itemOf('tools', LOOK).hash);
});

test('where a server cannot say what it offers, what was approved last is shown', () => {
  const approved = offering([LOOK, SEND], { prompts: [{ name: 'p' }] });
  const pins = pinsOf(
    [approved, 'approved'],
    [offering([CHANGED]), 'approved'],
    [offering([{ ...SEND, title: 'x' }]), 'waiting'],
  );
  expect(approvedDefinitions(pins)).toMatchObject({
    discovered: { capabilities: { tools: {}, prompts: {} } },
    tools: [CHANGED, SEND],
    prompts: [{ name: 'p' }],
  });
});

test.each([
  ['two of one name', [LOOK, CHANGED, SEND], ['send'], 2],
  ['names that differ by case', [LOOK, { ...LOOK, name: 'Look' }, SEND], ['send'], 2],
  [
    'a name with something invisible in it, which takes nobody else with it',
    [LOOK, { ...LOOK, name: 'loo\u200bk' }],
    ['look'],
    1,
  ],
  ['a name of other letters', [SEND, { ...LOOK, name: 'lооk' }], ['send'], 1],
  ['no name', [SEND, { inputSchema: SCHEMA }], ['send'], 1],
  ['a name that is too long', [SEND, { ...LOOK, name: 'x'.repeat(129) }], ['send'], 1],
  ['no input schema', [SEND, { name: 'look' }], ['send'], 1],
  ['an input schema of something else', [SEND, { ...LOOK, inputSchema: { type: 'string' } }], ['send'], 1],
  [
    'a dialect that is not known',
    [SEND, { ...LOOK, inputSchema: { ...SCHEMA, $schema: 'https://x.example/y' } }],
    ['send'],
    1,
  ],
  [
    'wrong header hints',
    [
      SEND,
      { ...LOOK, inputSchema: { ...SCHEMA, properties: { a: { type: 'string', 'x-mcp-header': 'a b' } } } },
    ],
    ['send'],
    1,
  ],
  ['too much to say', [SEND, { ...LOOK, description: 'x'.repeat(200_000) }], ['send'], 1],
])('whoever approves it, what has %s is not shown', (_what, tools, shown, hidden) => {
  const found = vetted(offering(tools));
  expect(names(found.definitions)).toEqual(shown);
  expect(found.hidden).toHaveLength(hidden);
});

test('what is too much to be kept is hidden, and neither waits nor takes what is approved with it', () => {
  const huge = { ...SEND, description: 'x'.repeat(3_000_000) };
  const found = pinned('far', offering([LOOK, huge]), pinsOf([offering([LOOK]), 'approved']));
  expect(names(found.definitions)).toEqual(['look']);
  expect(found.unknown).toEqual([]);
  expect(found.hidden).toMatchObject([{ name: 'send', reason: 'It is longer than 131072 characters.' }]);
});

test('a schema that is nested without end is not shown', () => {
  let inputSchema: object = SCHEMA;
  for (let depth = 0; depth < 250; depth++) inputSchema = { type: 'object', properties: { a: inputSchema } };
  expect(vetted(offering([{ ...LOOK, inputSchema }])).hidden).toMatchObject([
    { reason: 'It is nested more than 64 deep.' },
  ]);
});

test.each(['{+x}', 'a:{x', `a:${'{x}'.repeat(20)}`])(
  'a template by which no URI can be told is not shown: %s',
  uriTemplate => {
    const good = { uriTemplate: 'a:{x}', name: 'good' };
    const found = vetted(offering([], { resourceTemplates: [{ uriTemplate, name: 'bad' }, good] }));
    expect(found.definitions.resourceTemplates).toEqual([good]);
    expect(found.hidden).toMatchObject([{ kind: 'resourceTemplates', name: uriTemplate }]);
  },
);

test('what a server calls itself hides nothing', () => {
  const _meta = { 'io.modelcontextprotocol/serverInfo': { name: 'fa\u202er', version: '1' } };
  const { discovered } = vetted(offering([], { discovered: { capabilities: {}, _meta } })).definitions;
  expect(discovered._meta).toEqual({ 'io.modelcontextprotocol/serverInfo': { name: 'far', version: '1' } });
});

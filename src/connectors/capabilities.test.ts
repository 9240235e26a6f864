import { expect, test } from 'vitest';
import { mergeCapabilities, mergeInstructions } from './capabilities.ts';

const discovered = (...capabilities: unknown[]) => capabilities.map(own => ({ capabilities: own }));

test.each([
  ['what only one of them can', [{ tools: {} }, { prompts: {} }], { tools: {}, prompts: {} }],
  [
    'a flag that one of them sets',
    [{ tools: { listChanged: false } }, { tools: { listChanged: true } }],
    { tools: { listChanged: true } },
  ],
  [
    'a flag that the first of them sets',
    [{ tools: { listChanged: true } }, { tools: {} }],
    { tools: { listChanged: true } },
  ],
  [
    'flags of one capability',
    [{ resources: { subscribe: true } }, { resources: { listChanged: true } }],
    { resources: { subscribe: true, listChanged: true } },
  ],
  [
    'capabilities at any depth',
    [{ extensions: { a: { b: {} } } }, { extensions: { a: { c: 1 } } }],
    { extensions: { a: { b: {}, c: 1 } } },
  ],
  ['nothing of a server that says nothing', [undefined, null, 'x', { tools: {} }], { tools: {} }],
  ['nothing of nobody', [], {}],
])('servers can together %s', (_what, capabilities, merged) => {
  expect(mergeCapabilities(discovered(...capabilities))).toEqual(merged);
});

test("merging changes no server's own capabilities", () => {
  const first = { tools: { listChanged: false } };
  mergeCapabilities(discovered(first, { tools: { listChanged: true } }));
  expect(first).toEqual({ tools: { listChanged: false } });
});

test('instructions are a paragraph for each server that has some', () => {
  const instructions = [
    { instructions: 'One.' },
    {},
    { instructions: '' },
    { instructions: 5 },
    { instructions: 'Two.' },
  ];
  expect(mergeInstructions(instructions)).toBe('One.\n\nTwo.');
  expect(mergeInstructions([])).toBe('');
});

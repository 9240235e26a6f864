import { expect, test } from 'vitest';
import { FakeServer } from './connector.fake.ts';
import { scopeFor } from './route-scope.ts';

const connector = new FakeServer('memory');
const READER = { name: 'search', annotations: { readOnlyHint: true } };

test.each([
  ['a tool that only reads', 'tools/call', { tool: READER }, 'memory:read'],
  ['any other tool', 'tools/call', { tool: { name: 'remember' } }, 'memory:write'],
  ['a tool of which nothing is known', 'tools/call', {}, 'memory:write'],
  ['a prompt', 'prompts/get', {}, 'memory:read'],
  ['a resource', 'resources/read', {}, 'memory:read'],
  ['a completion', 'completion/complete', {}, 'memory:read'],
] as const)('%s needs what it does', (_what, method, about, scope) => {
  expect(scopeFor(method, { connector, params: {}, ...about })).toBe(scope);
});

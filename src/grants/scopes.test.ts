import { expect, test } from 'vitest';
import {
  accessOf,
  isGranted,
  missingScopes,
  parseServerScope,
  requireScopes,
  serverScope,
} from './scopes.ts';

test('a scope of a server is read back, and no other scope is one', () => {
  expect(parseServerScope(serverScope('memory', 'read'))).toEqual({ server: 'memory', access: 'read' });
  for (const other of ['mcp', 'memory', 'memory:', ':read', 'memory:admin', 'memory:read:x']) {
    expect(parseServerScope(other)).toBeNull();
  }
});

test.each([
  [['mcp', 'memory:write'], 'memory:read', true],
  [['mcp', 'memory:read'], 'memory:write', false],
  [['memory:write'], 'other:read', false],
  [['memory:write'], 'mcp', false],
  [[], 'mcp', false],
])('%j grants %s: %s', (granted, scope, expected) => {
  expect(isGranted(granted, scope)).toBe(expected);
});

test('all that is missing is named at once', () => {
  expect(missingScopes(['a:read'], ['mcp', 'a:read', 'a:write', 'b:read'])).toEqual([
    'mcp',
    'a:write',
    'b:read',
  ]);
});

test.each([
  [{ annotations: { readOnlyHint: true } }, 'read'],
  [{ annotations: { readOnlyHint: 'true' } }, 'write'],
  [{ annotations: { destructiveHint: false } }, 'write'],
  [{}, 'write'],
])('a tool with %j needs to %s', (tool, access) => {
  expect(accessOf(tool)).toBe(access);
});

test('what is granted passes, writing for reading too', () => {
  requireScopes(['mcp', 'memory:read'], ['memory:read']);
  requireScopes(['mcp', 'memory:write'], ['memory:read']);
});

test('a lack of scopes names all to ask for, with those that are there already', () => {
  const refused = expect.objectContaining({
    code: 'scope_insufficient',
    data: { code: 'scope_insufficient', scope: 'mcp memory:read memory:write' },
  });
  expect(() => requireScopes(['mcp', 'memory:read'], ['memory:write'])).toThrow(refused);
});

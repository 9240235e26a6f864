import { expect, test } from 'vitest';
import type { Role } from '../principal.ts';
import { apiUrl, endpointUrl } from './resources.ts';
import { chosenScopes, scopesWithin } from './scope-choice.ts';

const SITE = { origin: 'https://mcp.example.com', servers: ['memory', 'weather'] };
const ALL = endpointUrl(SITE.origin, null);
const MEMORY = endpointUrl(SITE.origin, 'memory');
const API = apiUrl(SITE.origin);

test.each<[string, string[][], Role[], string[]]>([
  [MEMORY, [['mcp', 'memory:read', 'weather:read', 'nonsense']], ['member'], ['mcp', 'memory:read']],
  [MEMORY, [['mcp', 'memory:write']], ['member'], ['mcp', 'memory:read', 'memory:write']],
  [
    MEMORY,
    [
      ['mcp', 'memory:write'],
      ['mcp', 'memory:read'],
    ],
    ['member'],
    ['mcp', 'memory:read'],
  ],
  [MEMORY, [['mcp', 'offline_access']], ['member'], ['mcp']],
  [MEMORY, [[]], ['administrator'], []],
  [API, [['account', 'admin']], ['member'], ['account']],
  [API, [['account', 'admin']], ['auditor'], ['account', 'admin']],
  [API, [['account']], ['administrator'], ['account']],
])('at %s, within %j and as %j, there is %j', (resource, within, roles, scopes) => {
  expect(scopesWithin(SITE, resource, { within, roles })).toEqual(scopes);
});

const ALLOWED = ['mcp', 'memory:read'];

test.each<[string[], string[] | null]>([
  [[], ALLOWED],
  [['mcp'], ['mcp']],
  [['memory:read'], ALLOWED],
  [['mcp', 'memory:write', 'weather:read'], ['mcp']],
  [['memory:write'], null],
  [['admin'], null],
])('of %j is granted %j', (asked, granted) => {
  expect(chosenScopes(SITE, ALL, ALLOWED, asked)).toEqual(granted);
});

import { expect, test } from 'vitest';
import { apiUrl, baseScope, initialScopes, resourcesOf, scopesAt, serversBehind } from './resources.ts';

const SITE = { origin: 'https://mcp.example.com', servers: ['memory', 'weather'] };
const [ALL = '', MEMORY = ''] = resourcesOf(SITE);

test('tokens are issued for the endpoint of all servers, for each one, and for the API', () => {
  expect(resourcesOf(SITE)).toEqual([
    'https://mcp.example.com/mcp',
    'https://mcp.example.com/mcp/memory',
    'https://mcp.example.com/mcp/weather',
    'https://mcp.example.com/api',
  ]);
});

test('the servers behind a resource are all, one, or none', () => {
  expect(serversBehind(SITE, ALL)).toEqual(['memory', 'weather']);
  expect(serversBehind(SITE, MEMORY)).toEqual(['memory']);
  for (const other of [apiUrl(SITE.origin), `${ALL}/other`]) expect(serversBehind(SITE, other)).toEqual([]);
});

test('only what means something at a resource can be granted there', () => {
  expect(scopesAt(SITE, MEMORY)).toEqual(['mcp', 'memory:read', 'memory:write', 'offline_access']);
  expect(scopesAt(SITE, apiUrl(SITE.origin))).toEqual(['account', 'admin', 'offline_access']);
});

test('clients begin with reading, and with no rights to administer', () => {
  expect(initialScopes(SITE, ALL)).toEqual(['mcp', 'memory:read', 'weather:read']);
  expect(initialScopes(SITE, apiUrl(SITE.origin))).toEqual(['account']);
  expect([ALL, MEMORY].map(resource => baseScope(SITE, resource))).toEqual(['mcp', 'mcp']);
});

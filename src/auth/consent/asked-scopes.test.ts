import { expect, test } from 'vitest';
import { resourcesOf } from '../../grants/resources.ts';
import { choiceIn, consentedScopes, grantableScopes } from './asked-scopes.ts';

const SITE = { origin: 'https://mcp.example.com', servers: ['mail', 'memory'] };
const [ALL = '', MAIL = ''] = resourcesOf(SITE);
const API = 'https://mcp.example.com/api';

test.each([
  ['what it takes to read where nothing is asked', MAIL, [], ['mcp', 'mail:read']],
  ['the scope that everything needs, asked or not', MAIL, ['mail:write'], ['mcp', 'mail:write']],
  ['nothing that is for another server', MAIL, ['mcp', 'memory:read'], ['mcp']],
  ['nothing that we do not have', ALL, ['mcp', 'openid', 'mail:delete', '__proto__'], ['mcp']],
  ['nothing twice', ALL, ['mcp', 'mcp', 'mail:read', 'mail:read'], ['mcp', 'mail:read']],
  ['no rights over the gateway at an MCP endpoint', ALL, ['mcp', 'admin', 'account'], ['mcp']],
])('of what is asked %s can be granted', (_what, resource, asked, granted) => {
  expect(grantableScopes(SITE, resource, asked, ['administrator'])).toEqual(granted);
});

test('rights to administer can be granted only by who has some', () => {
  const asked = ['account', 'admin'];
  for (const role of ['administrator', 'operator', 'auditor'] as const) {
    expect(grantableScopes(SITE, API, asked, ['member', role])).toEqual(asked);
  }
  expect(grantableScopes(SITE, API, asked, ['member'])).toEqual(['account']);
  expect(grantableScopes(SITE, API, asked, null)).toEqual(asked);
});

test('a choice is the most that some scopes allow with a server', () => {
  const choices = [['mail:read', 'mail:write'], ['mail:write'], ['mail:read'], ['memory:write'], []];
  expect(choices.map(scopes => choiceIn(scopes, 'mail'))).toEqual(['write', 'write', 'read', 'none', 'none']);
});

test('each server gets what was chosen for it, or what was asked where nothing was', () => {
  const asked = ['mcp', 'mail:read', 'memory:write', 'offline_access'];
  const choose = (choices: Record<string, string>) =>
    consentedScopes(SITE, ALL, asked, server => choices[server] ?? null);
  expect(choose({})).toEqual(['mcp', 'offline_access', 'mail:read', 'memory:read', 'memory:write']);
  expect(choose({ mail: 'none', memory: 'read' })).toEqual(['mcp', 'offline_access', 'memory:read']);
  expect(choose({ mail: 'all', memory: '' })).toEqual(choose({}));
});

test('nothing can be chosen for a server that is not behind the resource', () => {
  expect(consentedScopes(SITE, MAIL, ['mcp'], () => 'write')).toEqual(['mcp', 'mail:read', 'mail:write']);
});

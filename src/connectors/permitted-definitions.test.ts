import { expect, test } from 'vitest';
import { compilePolicy } from '../policy/compiled-policy.ts';
import type { What } from '../policy/rule.ts';
import { findNamed } from './named-items.ts';
import { permittedDefinitions } from './permitted-definitions.ts';
import { claimsUri } from './resource-claims.ts';

const CALLER = {
  tenant: 'acme',
  subject: 'bob',
  client: 'c',
  roles: ['member'],
  groups: [],
  country: null,
} as const;
const SERVER = { name: 'notes', codeHash: 'v1', connections: [] };
const OFFERED = {
  discovered: { instructions: 'Take notes.', capabilities: { tools: {}, prompts: {}, resources: {} } },
  tools: [{ name: 'read' }, { name: 'erase', annotations: { destructiveHint: true } }],
  prompts: [{ name: 'sum' }],
  resourceTemplates: [{ uriTemplate: 'note://{id}' }],
};

/** What is shown where everything is allowed but this. */
function without(what: What) {
  const policy = compilePolicy(
    {
      rules: [
        { id: 'all', effect: 'allow' },
        { id: 'not', effect: 'deny', what },
      ],
    },
    1,
  );
  return permittedDefinitions(OFFERED, policy, CALLER, SERVER);
}

const upstreamOf = (definitions: ReturnType<typeof without>) => ({
  connector: { server: 'notes' } as never,
  names: { outer: (_kind: string, name: unknown) => String(name), mayBe: () => true } as never,
  definitions,
});

test('what is denied is not shown, and can still be found by who calls it', () => {
  const shown = without({ tools: ['erase'] });
  expect(shown.tools).toEqual([{ name: 'read' }]);
  expect(findNamed([upstreamOf(shown)], 'tools', 'erase')).toMatchObject({ isDenied: true });
  expect(findNamed([upstreamOf(shown)], 'tools', 'read').isDenied).toBeUndefined();
});

test('what is shown of one server is found before what is denied of another', () => {
  const shown = [without({ tools: ['erase'] }), without({ tools: ['read'] })].map(upstreamOf);
  expect(findNamed(shown, 'tools', 'erase').isDenied).toBeUndefined();
});

test('templates that are denied keep their URIs, so that no other server gets them', () => {
  const shown = without({ resources: ['note://*'] });
  expect(shown.resourceTemplates).toEqual([]);
  expect(claimsUri(shown, 'note://1')).toBe(true);
});

test('of a server that is denied entirely there is nothing, no instructions either', () => {
  const shown = without({ servers: ['notes'] });
  expect(shown).toMatchObject({ tools: [], prompts: [], resourceTemplates: [], isDenied: true });
  expect(shown.discovered).toEqual({ capabilities: { tools: {}, prompts: {}, resources: {} } });
});

test('a server of which something is left is there with its instructions', () => {
  const shown = without({ tools: ['*'], prompts: ['*'] });
  expect(shown).toMatchObject({ tools: [], prompts: [], discovered: { instructions: 'Take notes.' } });
  expect(shown.isDenied).toBeUndefined();
});

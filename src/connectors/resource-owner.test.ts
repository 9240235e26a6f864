import { expect, test } from 'vitest';
import { ownsUri } from './resource-owner.ts';

const server = (...uriTemplates: unknown[]) => ({
  discovered: {},
  tools: [],
  prompts: [],
  resourceTemplates: uriTemplates.map(uriTemplate => ({ uriTemplate })),
});

test.each([
  ['a URI made by a template', 'note://{id}', 'note://1', true],
  ['a URI of another scheme', 'note://{id}', 'file://1', false],
  ['the template itself, as completion names it', 'note://{id}', 'note://{id}', true],
  ['a URI with more segments than the template', 'note://{id}', 'note://1/2', false],
  ['a template that is broken', 'note://{id', 'note://1', false],
  ['a broken template itself', 'note://{id', 'note://{id', true],
  ['a template that is no text', 5, '5', false],
])('%s', (_what, uriTemplate, uri, owned) => {
  expect(ownsUri(server(uriTemplate), uri)).toBe(owned);
});

test('any of its templates will do, and without templates a server owns nothing', () => {
  expect(ownsUri(server('a://{x}', 'b://{x}'), 'b://1')).toBe(true);
  expect(ownsUri(server(), 'b://1')).toBe(false);
});

import { expect, test } from 'vitest';
import { isAmbiguousPath, isUnderPath } from './path-rules.ts';

/** A path as a parsed URL has it. */
const pathOf = (path: string) => new URL(path, 'https://host.invalid').pathname;

test.each([
  ['/repos', '/repos', true],
  ['/repos/', '/repos', true],
  ['/repos/acme', '/repos', true],
  ['/repos//acme', '/repos', true],
  ['/repos/acme', '/repos/', true],
  ['/repos', '/repos/', true],
  ['/anything', '/', true],
  ['/repository', '/repos', false],
  ['/repos-of-others', '/repos', false],
  ['/repos%2Facme', '/repos', false],
  ['/REPOS/acme', '/repos', false],
  ['//repos/acme', '/repos', false],
  ['/x/repos/acme', '/repos', false],
  ['/', '/repos', false],
  ['/repos/../user', '/repos', false],
  ['/repos/%2e%2e/user', '/repos', false],
  ['/repos/.%2E/user', '/repos', false],
  ['/repos\\..\\user', '/repos', false],
])('%s is under %s: %s', (path, prefix, isUnder) => {
  expect(isUnderPath(pathOf(`https://host.invalid${path}`), prefix)).toBe(isUnder);
});

test.each([
  '/repos/..%2fuser',
  '/repos/..%2Fuser',
  '/repos/..%5cuser',
  '/repos/%2e%2e%2fuser',
  '/repos/%252e%252e/user',
  '/repos/%252e%252e%252fuser',
  '/repos/%25252e%25252e/user',
  '/repos/..;/user',
  '/repos/..%3bx/user',
  '/repos/.%2fuser',
  '/repos/a%2f../user%2f..',
  '/repos/..%00/user',
  '/repos/..%09/user',
  '/repos/%0d%0aHost:%20evil',
  '/repos/%250a',
  '/repos/%7f',
  '/repos/%c0%ae%c0%ae/user',
  '/repos/%c0%af/user',
  '/repos/%c1%9c',
  '/repos/%e0%80%ae%e0%80%ae/user',
  `/repos/${'%25'.repeat(1)}${'25'.repeat(8)}2e`,
])('%s can be read in more than one way', path => {
  expect(isAmbiguousPath(pathOf(path))).toBe(true);
});

test.each([
  '/repos/acme/gatehouse/contents/docs%2Fguide.md',
  '/repos/acme/v1..v2',
  '/repos/acme/compare/main...dev',
  '/search/100%25',
  '/search/%E2%82%AC%20%C3%A4',
  '/search/a;b=c',
  '/.well-known/x',
  '/...',
])('%s can be read in one way only', path => {
  expect(isAmbiguousPath(pathOf(path))).toBe(false);
});

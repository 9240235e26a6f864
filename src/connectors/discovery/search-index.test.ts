import { expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/message.ts';
import { FakeServer } from '../connector.fake.ts';
import type { PlacedItem } from '../named-items.ts';
import { manyTools } from './discovery.fake.ts';
import { searchIndexOf, words } from './search-index.ts';

const connector = new FakeServer('github');
const shown = (items: readonly JsonObject[]): PlacedItem[] =>
  items.map(item => ({ connector, name: `github_${item.name}`, item }));

const TOOLS = shown([
  { name: 'issues_listForRepo', title: 'List repository issues' },
  { name: 'issues_create', description: 'Create an issue. Any user with pull access can create one.' },
  { name: 'pulls_merge', description: 'Merges a pull request into the base branch.' },
  { name: 'gists_get', description: 'Get a gist.', inputSchema: { properties: { gist_id: {} } } },
  { name: 'actions_createOrUpdateRepoSecret', description: 'Encrypt your value first.' },
]);

const found = (query: string) => searchIndexOf(TOOLS)(query).map(at => TOOLS[at]?.item.name);

test.each([
  ['issuesListForRepo', ['issues', 'list', 'repo']],
  ['HTTPServer_v2-get.x', ['http', 'server', 'v2', 'get', 'x']],
  ['Größe ändern', ['größe', 'ändern']],
  ['  ', []],
])('%j is cut into words', (text, cut) => {
  expect(words(text)).toEqual(cut);
});

test.each([
  ['create an issue', 'issues_create'],
  ['list issues', 'issues_listForRepo'],
  ['merge pull request', 'pulls_merge'],
  ['MERGE', 'pulls_merge'],
  ['secret', 'actions_createOrUpdateRepoSecret'],
  ['github_gists_get', 'gists_get'],
  ['gist id', 'gists_get'],
  ['repositry', 'issues_listForRepo'],
])('"%s" finds %s first', (query, name) => {
  expect(found(query)[0]).toBe(name);
});

test('words that no tool has find none', () => {
  expect(found('xylophone')).toEqual([]);
});

test('the index of the same texts is made once', () => {
  expect(searchIndexOf(shown([{ name: 'same' }]))).toBe(searchIndexOf(shown([{ name: 'same' }])));
  expect(searchIndexOf(shown([{ name: 'same' }]))).not.toBe(searchIndexOf(shown([{ name: 'other' }])));
});

test('indexes that have not been used for long are let go', () => {
  const first = searchIndexOf(shown([{ name: 'first' }]));
  for (let at = 0; at < 10; at++) searchIndexOf(shown(manyTools(1200 + at)));
  expect(searchIndexOf(shown([{ name: 'first' }]))).not.toBe(first);
});

test('a thousand operations are searched within a few milliseconds', () => {
  const many = shown(manyTools(1200));
  searchIndexOf(many)('warm up');
  const startedAtMs = performance.now();
  for (let round = 0; round < 20; round++) searchIndexOf(many)('close an issue of a repository');
  // Far above what it takes, for machines that are busy.
  expect((performance.now() - startedAtMs) / 20).toBeLessThan(50);
});

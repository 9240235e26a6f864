/**
 * Makes `description.fake.json`, the part of GitHub's OpenAPI description that this server uses. The whole of it is
 * the npm package `@octokit/openapi`: 385 MB, too much to install for a few tests.
 *
 *     npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
 *     node src/servers/github/fake/excerpt.fake.ts package/generated/api.github.com.json
 *     npm run format
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// biome-ignore lint/suspicious/noExplicitAny: a description is walked, not understood
type Json = any;

const OPERATIONS = [
  ['get', '/search/repositories'],
  ['get', '/search/code'],
  ['get', '/search/issues'],
  ['get', '/user/repos'],
  ['get', '/repos/{owner}/{repo}/contents/{path}'],
  ['get', '/repos/{owner}/{repo}/commits'],
  ['get', '/repos/{owner}/{repo}/issues/{issue_number}'],
  ['get', '/repos/{owner}/{repo}/issues/{issue_number}/comments'],
  ['get', '/repos/{owner}/{repo}/pulls/{pull_number}'],
  ['get', '/repos/{owner}/{repo}/pulls/{pull_number}/reviews'],
  ['get', '/repos/{owner}/{repo}/pulls/{pull_number}/comments'],
  ['get', '/repos/{owner}/{repo}/pulls/{pull_number}/files'],
  ['post', '/repos/{owner}/{repo}/issues'],
  ['post', '/repos/{owner}/{repo}/issues/{issue_number}/comments'],
] as const;

/** What says nothing about shapes. */
const PROSE = ['description', 'summary', 'externalDocs', 'title', 'tags', 'operationId', 'deprecated'];

function excerpt(whole: Json): Json {
  const paths: Json = {};
  for (const [method, path] of OPERATIONS) {
    const { parameters, requestBody, responses } = whole.paths[path][method];
    paths[path] = { ...paths[path], [method]: { parameters, requestBody, responses } };
  }
  const part = { openapi: whole.openapi, info: whole.info, paths: withoutProse(paths), components: {} };
  addComponents(part, part.paths, whole);
  return part;
}

/** Examples of responses are kept, to the letter: fakes are made of them. */
function withoutProse(value: Json, isNamed = false): Json {
  if (Array.isArray(value)) return value.map(item => withoutProse(item));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(
    ([key, member]) =>
      isNamed || !(PROSE.includes(key) || key.startsWith('x-') || isProperExample(key, member)),
  );
  return Object.fromEntries(
    kept.map(([key, member]) => [
      key,
      key === 'examples' ? member : withoutProse(member, key === 'properties' || key === 'schemas'),
    ]),
  );
}

const isProperExample = (key: string, member: Json) =>
  key === 'example' || (key === 'examples' && Array.isArray(member));

function addComponents(part: Json, found: Json, whole: Json): void {
  for (const [, kind = '', name = ''] of JSON.stringify(found).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
    part.components[kind] ??= {};
    if (part.components[kind][name]) continue;
    const component = whole.components[kind][name];
    part.components[kind][name] = kind === 'examples' ? component : withoutProse(component);
    addComponents(part, part.components[kind][name], whole);
  }
}

const whole = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
writeFileSync(join(import.meta.dirname, 'description.fake.json'), JSON.stringify(excerpt(whole), null, 2));

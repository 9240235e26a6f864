/**
 * Makes `description.fake.json`: what GitHub's published OpenAPI description says of the operations that this server uses, and of
 * the members that it reads. The whole of it is the npm package `@octokit/openapi` (MIT): 385 MB, too much to install for tests.
 *
 *     npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz
 *     npx node src/servers/github/fake/excerpt.fake.ts package/generated/api.github.com.json && npm run format
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// biome-ignore lint/suspicious/noExplicitAny: a description is walked, not understood
type Json = any;

const REPOSITORY = '/repos/{owner}/{repo}';
const OPERATIONS = [
  ['get', '/search/repositories'],
  ['get', '/search/code'],
  ['get', '/search/issues'],
  ['get', '/user/repos'],
  ['get', '/users/{username}/repos'],
  ['get', `${REPOSITORY}/contents/{path}`],
  ['get', `${REPOSITORY}/git/matching-refs/{ref}`],
  ['get', `${REPOSITORY}/commits`],
  ['get', `${REPOSITORY}/issues/{issue_number}`],
  ['get', `${REPOSITORY}/issues/{issue_number}/comments`],
  ['get', `${REPOSITORY}/pulls/{pull_number}`],
  ['get', `${REPOSITORY}/pulls/{pull_number}/reviews`],
  ['get', `${REPOSITORY}/pulls/{pull_number}/comments`],
  ['get', `${REPOSITORY}/pulls/{pull_number}/files`],
  ['post', `${REPOSITORY}/issues`],
  ['post', `${REPOSITORY}/issues/{issue_number}/comments`],
] as const;

/** The members that the server reads, or writes; others are left out of schemas and examples. */
const MEMBERS = new Set(
  `additions archived assignees author base body changed_files code comments commit commits content created_at date
  deletions description draft encoding entries errors field filename fork fragment full_name head html_url id
  incomplete_results items label labels language line login mergeable merged message name number owner patch path
  previous_filename private pull_request pushed_at ref repository repository_url sha size stargazers_count state
  state_reason status submitted_at submodule_git_url target text_matches title total_count type updated_at user`.split(
    /\s+/,
  ),
);

/** What is said of the shape of a value. Prose is not. */
const KEYWORDS = new Set(
  `$ref additionalProperties allOf anyOf enum examples content explode format headers in items maxItems maximum minItems
  minimum name nullable oneOf parameters properties requestBody required responses schema style type value`.split(
    /\s+/,
  ),
);

/** Members whose own members have names of their choice. */
const NAMED: Readonly<Record<string, (members: Json) => Json>> = {
  properties: members => mapped(kept(members, MEMBERS), shapeOf),
  content: members => mapped(members, shapeOf),
  // Some refer to a component one level too deep.
  examples: members => mapped(members, example => shapeOf(example.value?.$ref ? example.value : example)),
  headers: () => undefined,
  // Errors are told by their status; what they hold is the same for all.
  responses: members => mapped(members, shapeOf),
  required: members => (Array.isArray(members) ? members.filter(name => MEMBERS.has(name)) : members),
  enum: members => members,
  value: exampleOf,
};

function shapeOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(kept(value, KEYWORDS)).map(([key, member]) => [
    key,
    (NAMED[key] ?? shapeOf)(member),
  ]);
  return Object.fromEntries(
    entries.filter(([key, member]) => member !== undefined && !isProperExample(key, member)),
  );
}

/** A schema's own examples are lists; those of a media type have names. */
const isProperExample = (key: string, member: Json) => key === 'examples' && Array.isArray(member);

function exampleOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(exampleOf);
  if (value === null || typeof value !== 'object') return value;
  return mapped(kept(value, MEMBERS), exampleOf);
}

const kept = (value: Json, names: ReadonlySet<string>): Json =>
  Object.fromEntries(Object.entries(value).filter(([key]) => names.has(key)));

const mapped = (value: Json, change: (member: Json) => Json): Json =>
  Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member)]));

/** Adds the components that `found` refers to, and those that they refer to. */
function addComponents(components: Json, found: Json, whole: Json): void {
  for (const [, kind = '', name = ''] of JSON.stringify(found).matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
    components[kind] ??= {};
    if (components[kind][name]) continue;
    components[kind][name] = shapeOf(whole.components[kind][name]);
    addComponents(components, components[kind][name], whole);
  }
}

const whole = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const paths: Json = {};
for (const [method, path] of OPERATIONS) {
  paths[path] = { ...paths[path], [method]: shapeOf(whole.paths[path][method]) };
}
const components = {};
addComponents(components, paths, whole);
const { version, license } = whole.info;
const part = { openapi: whole.openapi, info: { version, license }, paths, components };
writeFileSync(join(import.meta.dirname, 'description.fake.json'), JSON.stringify(part, null, 1));

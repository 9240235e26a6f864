import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ApiProblem, GatehouseApi } from '../src/api/client.ts';
import { ApiClient } from './support/api-client.ts';
import type { SubmittedDocument } from './support/catalog.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

const SERVERS = '/api/v1/admin/servers';

let gateway: TestGateway;
let administrator: ApiClient;
let api: GatehouseApi;
// biome-ignore lint/suspicious/noExplicitAny: a document of many shapes
let description: any;

beforeAll(async () => {
  gateway = await startTestGateway();
  administrator = await ApiClient.signIn(gateway.origin, 'ada');
  api = await GatehouseApi.at(gateway.origin, administrator.token);
  description = (await administrator.get('/api/v1/openapi.json')).body;
});

afterAll(() => gateway.stop());

const notes = (name: string, title = 'Notes') =>
  ({
    kind: 'virtual',
    name,
    title,
    description: 'Notes.',
    members: [{ server: 'memory' }],
  }) satisfies SubmittedDocument;

describe('the description', () => {
  test('is OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(description));
    expect([valid, errors]).toEqual([true, undefined]);
    expect(description.openapi).toMatch(/^3\.1\./);
  });

  test('every operation has a name of its own, an answer, and problems for what is refused', () => {
    const operations = Object.values<Record<string, Operation>>(description.paths).flatMap(Object.values);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { responses } of operations) {
      expect(responses['200'] ?? responses['204']).toBeDefined();
      expect(Object.keys(responses['403']?.content ?? {})).toEqual(['application/problem+json']);
    }
  });
});

test('the reference page lists every operation and what problems are, without a script', async () => {
  const page = await fetch(`${gateway.origin}/api/v1/reference`);
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'nonce-/);
  expect(html).not.toMatch(/<script/i);
  const names = Object.values<Record<string, Operation>>(description.paths).flatMap(methods =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  for (const name of names) expect(html).toContain(`id="${name}"`);
  expect(html).toContain('id="problem-version_conflict"');
  expect((await fetch(`${gateway.origin}/api/v1/`)).status).toBe(200);
});

test('docs/api.md lists the operations that there are', () => {
  const docs = readFileSync('docs/api.md', 'utf8');
  const listed = [...docs.matchAll(/^\| `(\w+)` \| (\w+) `([^`]+)` \| (\w+) \| ([^|]+) \|/gm)]
    .map(([, name, method, path, scope, roles]) => [name, method, path, scope, roles].join(' '))
    .toSorted();
  const described = Object.entries<Record<string, Operation>>(description.paths)
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, each]) => rowOf(method, path, each)))
    .toSorted();
  expect(listed).toEqual(described);
});

const rowOf = (method: string, path: string, { operationId, security, 'x-roles': roles }: Operation) => {
  const who = roles.length === 4 ? 'all' : roles.toSorted().join(', ');
  return [operationId, method.toUpperCase(), path, security[0]?.oauth[0], who].join(' ');
};

describe('problems (RFC 9457)', () => {
  const problems = z.object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    code: z.string(),
  });

  test.each([
    ['a path that is not there', 'GET', '/api/v1/nope', undefined, 404, 'route_unknown'],
    ['a wrong query', 'GET', '/api/v1/admin/users?limit=0', undefined, 400, 'query_invalid'],
    ['a wrong body', 'POST', SERVERS, { kind: 'virtual' }, 400, 'body_invalid'],
    ['what is not there', 'GET', `${SERVERS}/nothing`, undefined, 404, 'server_unknown'],
  ])('%s', async (_what, method, path, body, status, code) => {
    const answer = await administrator.call(method, path, body);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(problems.parse(answer.body)).toMatchObject({ status, code });
    expect(
      z.fromJSONSchema(description.components.schemas.Problem).safeParse(answer.body).error,
    ).toBeUndefined();
    expect(answer.status).toBe(status);
  });

  test('a token that is missing, and a scope that is missing', async () => {
    const nobody = await new ApiClient(gateway.origin, null).get('/api/v1/me');
    expect([nobody.status, nobody.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
    expect(nobody.headers.get('www-authenticate')).toMatch(/^Bearer /);
    const limited = await ApiClient.signIn(gateway.origin, 'ada', 'account');
    const { status, body } = await limited.get('/api/v1/admin/users');
    expect([status, body.code]).toEqual([403, 'insufficient_scope']);
  });

  test('all that is wrong with a body is told, with its place', async () => {
    const { body } = await administrator.call('POST', SERVERS, { ...notes('x'), title: 1, members: [] });
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual(
      expect.arrayContaining(['title', 'members']),
    );
  });
});

describe('methods and media types', () => {
  test('HEAD is GET without a body', async () => {
    const { status, headers, body } = await administrator.call('HEAD', '/api/v1/me');
    const got = await administrator.get('/api/v1/me');
    expect([status, body, headers.get('etag')]).toEqual([200, undefined, got.headers.get('etag')]);
  });

  test('another method is 405 with those there are', async () => {
    const { status, headers } = await administrator.call('PATCH', '/api/v1/me');
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  test('a body that is no JSON is 415, and who wants no JSON gets 406', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await administrator.call('POST', SERVERS, 'a=b', form)).body.code).toBe('media_type_unsupported');
    const html = await administrator.call('GET', '/api/v1/me', undefined, { accept: 'text/html' });
    expect([html.status, html.body.code]).toEqual([406, 'accept_unsupported']);
    for (const accept of [
      '*/*',
      'application/*;q=0.5',
      'text/html, application/json',
      'application/problem+json',
    ]) {
      expect((await administrator.call('GET', '/api/v1/me', undefined, { accept })).status).toBe(200);
    }
  });
});

describe('entity tags', () => {
  test('what has not changed is not sent again', async () => {
    const { headers } = await administrator.get(`${SERVERS}/memory`);
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    const again = (field: string) =>
      administrator.call('GET', `${SERVERS}/memory`, undefined, { 'if-none-match': field });
    for (const field of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const { status, body } = await again(field);
      expect([status, body]).toEqual([304, undefined]);
    }
    expect((await again('"other"')).status).toBe(200);
  });

  test('only what is as If-Match says is changed and deleted', async () => {
    await api.call('createServer', { body: notes('tagged') });
    const { etag, answer } = await api.read('getServer', { target: 'tagged' });
    expect(answer.version).toBe(1);
    const change = (ifMatch: string, title: string) =>
      api.call('updateServer', { target: 'tagged', body: notes('tagged', title), ifMatch });
    expect((await change(etag ?? '', 'First')).version).toBe(2);
    const late = await change(etag ?? '', 'Second').catch(error => error);
    expect([late.status, late.code]).toEqual([412, 'precondition_failed']);
    await expect(change(`W/${etag}`, 'Weak')).rejects.toThrow(/If-Match/);
    expect((await api.call('getServer', { target: 'tagged' })).title).toBe('First');
    const gone = (ifMatch: string) => api.call('deleteServer', { target: 'tagged', ifMatch });
    await expect(gone(etag ?? '')).rejects.toThrow(ApiProblem);
    expect(await gone((await api.read('getServer', { target: 'tagged' })).etag ?? '')).toBeNull();
    await expect(gone('*')).rejects.toThrow(/there is none/);
  });
});

describe('pages', () => {
  test('Link leads to the next one, and the typed client follows', async () => {
    await Promise.all(['bob', 'aidan'].map(user => ApiClient.signIn(gateway.origin, user)));
    const { body, headers } = await administrator.get('/api/v1/admin/users?limit=2');
    expect(headers.get('link')).toBe(`</api/v1/admin/users?limit=2&after=${body.next}>; rel="next"`);
    const found: string[] = [];
    for await (const { users } of api.pages('listUsers', { query: { limit: 1 } }))
      found.push(...users.map(({ subject }) => subject));
    expect(found).toEqual(['ada', 'aidan', 'bob']);
    expect((await administrator.get('/api/v1/admin/users')).headers.get('link')).toBeNull();
  });
});

describe('idempotency keys', () => {
  const create = (name: string, key: string, by = administrator) =>
    by.call('POST', SERVERS, notes(name), { 'idempotency-key': key });

  test('a request that comes again is answered as the first time, and done once', async () => {
    const first = await create('twice', 'k1');
    const second = await create('twice', 'k1');
    expect([first.status, second.status, second.body]).toEqual([200, 200, first.body]);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect((await create('twice', 'k2')).body.code).toBe('version_conflict');
    expect((await create('twice', 'k2')).body.code).toBe('version_conflict');
  });

  test('of many at once one is carried out', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => create('at-once', 'k3')));
    const outcomes = answers.map(({ status, body }) => (status === 200 ? 200 : body.code));
    expect(outcomes).toContain(200);
    expect(outcomes.filter(outcome => outcome !== 200 && outcome !== 'idempotency_conflict')).toEqual([]);
    const { versions } = await api.call('listServerVersions', { target: 'at-once' });
    expect(versions).toHaveLength(1);
  });

  test('another request with the same key is refused, and another client may use the key', async () => {
    await create('kept', 'k4');
    const other = await create('other', 'k4');
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
    const another = await ApiClient.signIn(gateway.origin, 'ada');
    expect((await create('other', 'k4', another)).status).toBe(200);
  });

  test('a key that is none is refused, and what is refused for its form uses no key up', async () => {
    expect((await create('x', 'a b')).body.code).toBe('header_invalid');
    const wrong = await administrator.call('POST', SERVERS, {}, { 'idempotency-key': 'k5' });
    expect(wrong.status).toBe(400);
    expect((await create('formed', 'k5')).status).toBe(200);
  });
});

interface Operation {
  readonly security: readonly { readonly oauth: readonly string[] }[];
  readonly 'x-roles': readonly string[];
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

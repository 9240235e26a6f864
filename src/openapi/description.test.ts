import { describe, expect, test } from 'vitest';
import { compiled, description } from './compiled.fake.ts';
import { readDescription } from './description.ts';

const SMALL = description({ paths: { '/x': { get: { operationId: 'x' } } } });

describe('descriptions', () => {
  test.each([
    ['JSON', JSON.stringify(SMALL)],
    ['JSON with a mark before it', `\ufeff${JSON.stringify(SMALL)}`],
    ['YAML', 'openapi: 3.1.0\nservers: [{url: https://a.example}]\npaths: {/x: {get: {operationId: x}}}'],
    [
      'YAML with anchors',
      'openapi: "3.0.3"\nservers: [{url: https://a.example}]\nx-get: &get {operationId: x}\npaths: {/x: {get: {<<: *get}}}',
    ],
  ])('are read: %s', (_, text) => {
    expect(compiled(text).definitions.tools.map(({ name }) => name)).toEqual(['x']);
  });

  test.each<[string, string]>([
    ['{"swagger": "2.0"}', 'This is a Swagger 2.0 description. Convert it'],
    ['{"openapi": "2.9"}', 'must be a version 3.0 or 3.1'],
    ['{"openapi": 3.1}', 'must be a version 3.0 or 3.1'],
    ['{"openapi": "3.2.0"}', 'must be a version 3.0 or 3.1'],
    ['openapi: 3.1', 'must be a version 3.0 or 3.1'],
    ['[]', 'must be an object'],
    ['', 'neither JSON nor YAML'],
    ['{"openapi"', 'neither JSON nor YAML'],
    ['a: [', 'neither JSON nor YAML: it is not well-formed at line'],
    ['x'.repeat(2 ** 24 + 1), 'is larger than 16777216 bytes'],
    ['x'.repeat(6 * 2 ** 20 + 1), 'that are read of YAML. Give it as JSON'],
    [`${'- '.repeat(5000)}x`, 'neither JSON nor YAML'],
    ['{"openapi": "3.1.0", "servers": [{"url": "https://a.example"}]}', 'has no operations'],
    ['{"openapi": "3.1.0", "servers": [{"url": "https://a.example"}], "paths": []}', 'has no operations'],
  ])('are none that say otherwise (%#)', (text, reason) => {
    expect(() => compiled(text)).toThrow(reason);
  });

  test('of anchors that mean a billion things are read in no time', () => {
    const lines = Array.from(
      { length: 12 },
      (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(10)}]`,
    );
    const yaml = `openapi: 3.1.0\nservers: [{url: https://a.example}]\na0: &a0 {type: string}\n${lines.join('\n')}\npaths: {/x: {get: {operationId: x, parameters: [{name: q, in: query, schema: {anyOf: *a12}}]}}}`;
    expect(JSON.stringify(compiled(yaml).definitions).length).toBeLessThan(10_000);
  });

  test('that hold themselves are read', () => {
    const yaml =
      'openapi: 3.1.0\nservers: [{url: https://a.example}]\npaths: {/x: {get: {operationId: x, parameters: [{name: q, in: query, schema: &s {properties: {s: *s}}}]}}}';
    expect(compiled(yaml).definitions.tools).toHaveLength(1);
  });

  test('that are objects are taken as they are', () => {
    expect(readDescription(SMALL).dialect).toBe('3.1');
  });

  test('may have five thousand operations, and no more', () => {
    const paths = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`/p${index}`, { get: {} }]));
    expect(compiled(description({ paths: paths(5000) })).definitions.tools).toHaveLength(5000);
    expect(() => compiled(description({ paths: paths(5001) }))).toThrow('at most 5000');
  });
});

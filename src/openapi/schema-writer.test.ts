import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { githubDescription } from '../../test/support/github-description.ts';
import { largeDescription } from '../../test/support/large-description.ts';
import { compiled, toolFor } from './compiled.fake.ts';
import type { Json } from './json.ts';

/** What becomes of a schema, as the argument of a tool. */
function written(schema: unknown, openapi = '3.1.0', components: Json = {}) {
  const parameters = [{ name: 'x', in: 'query', schema }];
  return toolFor({ parameters }, { openapi, components, method: 'get' }).properties.x;
}

describe('OpenAPI 3.0 schemas become JSON Schema 2020-12', () => {
  test.each<[string, Json, Json]>([
    ['nullable', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    [
      'nullable with values',
      { type: 'string', nullable: true, enum: ['a'] },
      { type: ['string', 'null'], enum: ['a', null] },
    ],
    [
      'nullable of a choice',
      { nullable: true, oneOf: [{ type: 'string' }] },
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
    ],
    ['not nullable', { type: 'string', nullable: false }, { type: 'string' }],
    [
      'exclusive bounds',
      { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
      { type: 'number', exclusiveMinimum: 0, maximum: 9 },
    ],
    ['an example', { type: 'string', example: 'Rex' }, { type: 'string', examples: ['Rex'] }],
    [
      'extensions',
      { type: 'string', 'x-internal': 1, xml: {}, externalDocs: {}, discriminator: {} },
      { type: 'string' },
    ],
  ])('%s', (_, schema, expected) => {
    expect(JSON.parse(JSON.stringify(written(schema, '3.0.3')))).toEqual(expected);
  });

  test('what stands beside a reference is ignored in 3.0 and counts in 3.1', () => {
    const components = { schemas: { Name: { type: 'string' } } };
    const schema = { $ref: '#/components/schemas/Name', description: 'Own' };
    expect(written(schema, '3.0.3', components)).toEqual({ type: 'string' });
    expect(written(schema, '3.1.0', components)).toEqual({ type: 'string', description: 'Own' });
  });
});

describe('OpenAPI 3.1 schemas', () => {
  test.each<[string, unknown, Json]>([
    ['lists of types', { type: ['string', 'null', 'oddity'] }, { type: ['string', 'null'] }],
    ['numbers as exclusive bounds', { exclusiveMinimum: 0 }, { exclusiveMinimum: 0 }],
    ['const and examples', { const: 'a' }, { const: 'a' }],
    ['true', true, {}],
    ['false', false, { not: {} }],
    ['tuples', { prefixItems: [{ type: 'string' }] }, { prefixItems: [{ type: 'string' }] }],
  ])('are taken over: %s', (_, schema, expected) => {
    expect(written(schema)).toEqual(expected);
  });
});

describe('parts that all hold', () => {
  test('are one where they can be', () => {
    const allOf = [
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
      { properties: { b: { type: 'integer' } }, required: ['b'] },
    ];
    expect(written({ allOf, description: 'Both' })).toEqual({
      type: 'object',
      description: 'Both',
      properties: { a: { type: 'string' }, b: { type: 'integer' } },
      required: ['a', 'b'],
    });
  });

  test('stay parts where they say different things', () => {
    const allOf = [{ minimum: 1 }, { minimum: 2 }];
    expect(written({ allOf })).toEqual({ allOf });
  });
});

test('what a server says but does not take is no argument', () => {
  const schema = {
    type: 'object',
    required: ['id', 'name'],
    properties: { id: { type: 'integer', readOnly: true }, name: { type: 'string' } },
  };
  expect(written(schema)).toEqual({
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string' } },
  });
});

describe('what is not as it should be is left out', () => {
  test.each<[string, Json, Json]>([
    ['types', { type: { evil: 1 } }, {}],
    ['values', { enum: 'abc' }, {}],
    ['required', { type: 'object', required: 'name' }, { type: 'object' }],
    ['properties', { type: 'object', properties: ['a'] }, { type: 'object' }],
    ['patterns that are none', { pattern: '(' }, {}],
    ['patterns that are too long', { pattern: 'a'.repeat(300) }, {}],
    ['bounds', { minimum: '1', maxLength: -1, multipleOf: 0 }, {}],
    ['large defaults', { default: 'x'.repeat(300) }, {}],
    ['references outside', { $ref: 'https://evil.example/schema.json' }, {}],
    ['references to files', { $ref: 'other.yaml#/Pet' }, {}],
    ['references to nothing', { $ref: '#/components/schemas/Nothing' }, {}],
    ['references to what is inherited', { $ref: '#/constructor' }, {}],
  ])('%s', (_, schema, expected) => {
    expect(written(schema)).toEqual(expected);
  });
});

test('a reference that only ends as one within the description leads nowhere', () => {
  const schemas = { Name: { type: 'string' } };
  const $ref = 'x/components/schemas/Name';
  expect(written({ $ref }, '3.1.0', { schemas })).toEqual({});
});

test('what nests deeper than six levels is told by its type', () => {
  let schema: Json = { type: 'string' };
  for (let level = 0; level < 9; level += 1) schema = { type: 'array', items: schema };
  const levels = JSON.stringify(written(schema)).match(/"items"/g);
  expect(levels).toHaveLength(6);
});

describe('schemas without end', () => {
  test('one that leads back to itself ends where it does', () => {
    const components = {
      schemas: {
        Tree: {
          type: 'object',
          properties: { left: { $ref: '#/components/schemas/Tree' }, name: { type: 'string' } },
        },
      },
    };
    expect(written({ $ref: '#/components/schemas/Tree' }, '3.1.0', components)).toEqual({
      type: 'object',
      properties: { left: { type: 'object' }, name: { type: 'string' } },
    });
  });

  test('references in a circle lead nowhere', () => {
    const schemas = { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } };
    expect(written({ $ref: '#/components/schemas/A' }, '3.1.0', { schemas })).toEqual({});
  });

  test('a billion laughs are a small schema, and soon told', () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 30 }, (_, level) => [
        `L${level}`,
        {
          type: 'object',
          properties: Object.fromEntries(
            Array.from({ length: 10 }, (_, each) => [
              `p${each}`,
              { $ref: `#/components/schemas/L${level + 1}` },
            ]),
          ),
        },
      ]),
    );
    const startedMs = performance.now();
    const schema = written({ $ref: '#/components/schemas/L0' }, '3.1.0', { schemas });
    expect(JSON.stringify(schema).length).toBeLessThan(6000);
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });

  test('a description that is made to take for ever is given up', () => {
    const properties = Object.fromEntries(Array.from({ length: 5000 }, (_, each) => [`p${each}`, {}]));
    const schemas = { Huge: { type: 'object', properties } };
    const parameters = [{ name: 'x', in: 'query', schema: { $ref: '#/components/schemas/Huge' } }];
    const paths = Object.fromEntries(
      Array.from({ length: 1000 }, (_, each) => [`/p${each}`, { get: { parameters } }]),
    );
    expect(() => toolsOf({ components: { schemas }, paths })).toThrow('cannot be read');
  });

  test.each(['allOf', 'anyOf', 'items', 'properties'])(
    'thousands of levels of %s are not followed',
    keyword => {
      let schema: unknown = { type: 'string' };
      for (let level = 0; level < 5000; level += 1) {
        const inner = keyword === 'items' ? schema : keyword === 'properties' ? { deeper: schema } : [schema];
        schema = { [keyword]: inner };
      }
      expect(JSON.stringify(written(schema)).length).toBeLessThan(6000);
    },
  );
});

test('names such as __proto__ are names', () => {
  const schema = JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}}}',
  );
  const { properties } = written(schema) as { properties: object };
  expect(Object.keys(properties)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(properties)).toBe(Object.prototype);
});

describe.each([
  { api: 'an API of 1,200 operations', text: JSON.stringify(largeDescription('https://api.example.com')) },
  { api: "GitHub's API", text: await githubDescription() },
])('$api', ({ text }) => {
  test.skipIf(text === null)('has schemas that are JSON Schema 2020-12, each of them', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const { name, inputSchema } of compiled(text ?? '').definitions.tools) {
      expect(ajv.validateSchema(inputSchema as object), String(name)).toBe(true);
    }
  });
});

function toolsOf(members: Json) {
  const info = { title: 'Test', version: '1' };
  return compiled({ openapi: '3.1.0', info, servers: [{ url: 'https://api.example.com' }], ...members });
}

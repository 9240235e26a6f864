import { type Seeded, seeded } from './seed.ts';

const AREAS =
  'archive billing booking catalog fleet kitchen library market museum payroll school theatre'.split(' ');
const NOUNS =
  'address badge contract device event folder guest harbour invoice journal keyboard lease member note order parcel quota room seat ticket'.split(
    ' ',
  );
const SCHEMAS = 900;
const EXAMPLES = 500;

/** How deep bodies nest. */
const MAX_DEPTH = 4;

type Json = Record<string, unknown>;

/**
 * A description of 1,200 operations (OpenAPI 3.0), of the size and shape of GitHub's: schemas and parameters that many share and that refer
 * to each other, in circles too; nested bodies; long words in Markdown; examples. Made of random numbers whose seed is printed.
 */
export function largeDescription(origin: string): Json {
  return new LargeDescription(seeded('a large description')).at(origin);
}

/** The operations of it: five of each thing. */
export const LARGE_OPERATIONS = AREAS.length * NOUNS.length * 5;

class LargeDescription {
  readonly #random: Seeded;

  constructor(random: Seeded) {
    this.#random = random;
  }

  at(origin: string): Json {
    const things = AREAS.flatMap(area => NOUNS.map(noun => ({ area, noun })));
    return {
      openapi: '3.0.3',
      info: { title: 'A large API', version: '1.1.4' },
      servers: [{ url: origin }],
      paths: Object.fromEntries(things.flatMap(({ area, noun }) => this.#paths(area, noun))),
      components: {
        schemas: numbered(SCHEMAS, 'thing', () => this.#object(MAX_DEPTH - 1, 18)),
        examples: numbered(EXAMPLES, 'example', () => ({ value: this.#example() })),
        responses: { refused: { description: 'Refused', content: json(reference('schemas', 'thing-0')) } },
        parameters: {
          owner: { name: 'owner', in: 'path', required: true, schema: { type: 'string' } },
          id: { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
          page: { name: 'page', in: 'query', schema: { type: 'integer', default: 1 } },
          'per-page': { name: 'per_page', in: 'query', schema: { type: 'integer', default: 30 } },
        },
      },
    };
  }

  #paths(area: string, noun: string): [string, Json][] {
    const path = `/${area}/{owner}/${noun}s`;
    const operation = (verb: string, more: Json) => ({
      operationId: `${area}/${verb}-${noun}`,
      summary: `${verb[0]?.toUpperCase()}${verb.slice(1)} a ${noun} of the ${area}`,
      description: this.#words(110),
      tags: [area],
      responses: {
        200: { description: 'Done', content: this.#answer() },
        404: { $ref: '#/components/responses/refused' },
      },
      ...more,
    });
    const owner = reference('parameters', 'owner');
    const all = [owner, reference('parameters', 'page'), reference('parameters', 'per-page')];
    const one = { parameters: [owner, reference('parameters', 'id')] };
    const requestBody = () => ({ required: true, content: json(this.#object(0, 5)) });
    return [
      [
        path,
        {
          get: operation('list', { parameters: [...all, ...this.#filters()] }),
          post: operation('create', { parameters: [owner], requestBody: requestBody() }),
        },
      ],
      [
        `${path}/{id}`,
        {
          get: operation('get', one),
          patch: operation('update', { ...one, requestBody: requestBody() }),
          delete: operation('delete', one),
        },
      ],
    ];
  }

  #filters(): Json[] {
    return Array.from({ length: this.#random.between(0, 4) }, (_, index) => ({
      name: `filter_${index}`,
      in: 'query',
      description: this.#words(12),
      schema: { type: 'string', enum: ['asc', 'desc'] },
    }));
  }

  #object(depth: number, members: number): Json {
    const properties = numbered(this.#random.between(3, members), 'member', () => this.#schema(depth + 1));
    return { type: 'object', properties, required: Object.keys(properties).slice(0, 2) };
  }

  #schema(depth: number): Json {
    const description = this.#words(this.#random.between(4, 19));
    const kind = this.#random.between(0, 39);
    if (kind === 0) return this.#other();
    if (kind > 5 || depth >= MAX_DEPTH)
      return { type: kind < 25 ? 'string' : 'integer', nullable: kind < 10, description };
    const nested = [
      () => this.#object(depth, 6),
      () => ({ type: 'array', items: this.#schema(depth + 1) }),
      () => ({ oneOf: [{ type: 'string' }, this.#schema(depth + 1)] }),
      () => ({ allOf: [this.#other(), this.#object(depth, 4)] }),
      () => ({ type: 'string', enum: ['open', 'closed', 'all'], default: 'open' }),
    ];
    return { ...nested[kind % nested.length]?.(), description };
  }

  /** A schema that others refer to as well. */
  #other(): Json {
    return reference('schemas', `thing-${this.#random.between(0, SCHEMAS - 1)}`);
  }

  #answer(): Json {
    const examples = { default: reference('examples', `example-${this.#random.between(0, EXAMPLES - 1)}`) };
    return { 'application/json': { schema: this.#other(), examples } };
  }

  #example(): Json {
    return numbered(this.#random.between(20, 90), 'member', () => this.#words(6));
  }

  #words(count: number): string {
    return Array.from({ length: count }, () => {
      const word = NOUNS[this.#random.between(0, NOUNS.length - 1)];
      return this.#random.between(0, 19) === 0 ? `[${word}](https://docs.example.com/rest/${word})` : word;
    }).join(' ');
  }
}

function numbered(count: number, name: string, make: () => unknown): Json {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}-${index}`, make()]));
}

function reference(kind: string, name: string): Json {
  return { $ref: `#/components/${kind}/${name}` };
}

function json(schema: Json): Json {
  return { 'application/json': { schema } };
}

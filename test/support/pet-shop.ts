/** The description of a small API, of OpenAPI 3.1, at an address of this machine. */
export function petShop(origin: string) {
  return {
    openapi: '3.1.0',
    info: { title: 'Pet shop', version: '7' },
    servers: [{ url: `${origin}/v1` }],
    components: {
      securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
      parameters: { petId: { name: 'petId', in: 'path', required: true, schema: { type: 'integer' } } },
      schemas: {
        Pet: {
          type: 'object',
          required: ['name'],
          properties: {
            id: { type: 'integer', readOnly: true },
            name: { type: 'string' },
            mother: { $ref: '#/components/schemas/Pet' },
          },
        },
      },
    },
    security: [{ key: [] }],
    paths: {
      '/pets': {
        get: {
          operationId: 'pets/list',
          summary: 'List pets',
          tags: ['pets'],
          parameters: [
            {
              name: 'kind',
              in: 'query',
              schema: { type: 'array', items: { type: 'string' } },
              explode: false,
            },
            { name: 'X-Shop', in: 'header', schema: { type: 'string' } },
            { name: 'page', in: 'query', schema: { type: 'integer' } },
            { name: 'per_page', in: 'query', schema: { type: 'integer' } },
          ],
          responses: { '200': { description: 'Pets', content: { 'application/json': {} } } },
        },
        post: {
          operationId: 'pets/add',
          summary: 'Add a pet',
          tags: ['pets'],
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
          },
        },
      },
      '/pets/{petId}': {
        parameters: [{ $ref: '#/components/parameters/petId' }],
        get: { operationId: 'pets/get', summary: 'Get a pet', tags: ['pets'] },
        delete: { operationId: 'pets/sell', summary: 'Sell a pet', tags: ['selling'] },
      },
      '/pets/{petId}/picture': {
        parameters: [{ $ref: '#/components/parameters/petId' }],
        get: {
          operationId: 'pictures/get',
          tags: ['pictures'],
          responses: { '200': { description: 'Picture', content: { 'image/png': {} } } },
        },
        put: {
          operationId: 'pictures/put',
          tags: ['pictures'],
          requestBody: {
            content: {
              'multipart/form-data': {
                schema: {
                  type: 'object',
                  properties: {
                    caption: { type: 'string' },
                    picture: { type: 'string', contentMediaType: 'application/octet-stream' },
                  },
                },
              },
            },
          },
        },
      },
    },
  };
}

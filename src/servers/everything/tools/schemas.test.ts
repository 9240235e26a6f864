import { afterAll, describe, expect, it } from 'vitest';
import { connect, exchange } from '../client.fake.ts';

describe('tools whose point is their schema', async () => {
  const client = await connect();
  afterAll(() => client.close());

  it('lists the whole schema, keywords beyond properties included', async () => {
    const { tools } = await client.listTools();
    const schema = tools.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema;
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $defs: { address: { $anchor: 'addressDef' } },
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      if: { required: ['contactMethod'] },
      else: { required: ['email'] },
      additionalProperties: false,
    });
    expect(schema).toHaveProperty('then', { required: ['phone'] });
  });

  it.each([
    [{ contactMethod: 'phone', phone: '1' }, undefined],
    [{ contactMethod: 'phone', email: 'a@b.example' }, true],
    [{ phone: '1', email: 'a@b.example', surprise: 1 }, true],
  ])('checks arguments with it: %j', async (args, isError) => {
    const result = await client.callTool({ name: 'json_schema_2020_12_tool', arguments: args });
    expect(result.isError).toBe(isError);
  });

  it('takes a parameter that is mirrored in its header', async () => {
    await client.listTools();
    const { content } = await client.callTool({ name: 'test_header_parameter', arguments: { region: 'eu' } });
    expect(content).toEqual([{ type: 'text', text: 'Region eu' }]);
  });

  it('is not called when the header is missing', async () => {
    const params = { name: 'test_header_parameter', arguments: { region: 'eu' } };
    expect(await exchange('tools/call', params)).toMatchObject({ status: 400, error: { code: -32020 } });
  });
});

import { fromJsonSchema, type McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { says } from '../content.ts';

/** Keywords a careless server or gateway would drop; all must reach the client (SEP-1613, SEP-2106). */
const RICH_SCHEMA = fromJsonSchema({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, and nobody awaits a schema.
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
});

const mirroredInput = z.object({
  region: z.string().meta({ description: 'Mirrored in Mcp-Param-Region', 'x-mcp-header': 'Region' }),
  note: z.string().optional().describe('Travels in the body only'),
});

/** Registers the tools whose point is their input schema. */
export function registerSchemaTools(server: McpServer): void {
  server.registerTool(
    'json_schema_2020_12_tool',
    {
      description: 'Has an input schema with much of JSON Schema 2020-12 in it.',
      inputSchema: RICH_SCHEMA,
      annotations: { readOnlyHint: true },
    },
    args => says(`Valid: ${JSON.stringify(args)}`),
  );
  server.registerTool(
    'test_header_parameter',
    {
      description: 'Has a parameter that must be repeated in an HTTP header (SEP-2243).',
      inputSchema: mirroredInput,
      annotations: { readOnlyHint: true },
    },
    ({ region, note }) => says(`Region ${region}${note === undefined ? '' : `: ${note}`}`),
  );
}

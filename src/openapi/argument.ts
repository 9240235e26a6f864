import type { Json } from './json.ts';
import { plainText } from './plain-text.ts';
import type { SchemaWriter } from './schema-writer.ts';

/** One argument of a tool. */
export interface Argument {
  readonly name: string;
  readonly isRequired: boolean;
  /** As the description has it; what is not written yet. */
  readonly schema: unknown;
  /** What goes beside the schema, in place of what it says itself. */
  readonly more?: Json;
  /** In place of the schema's own; empty for that. */
  readonly description: string;
}

/** The input schema of a tool (MCP, "Tool"). */
export function inputSchemaOf(
  args: readonly Argument[],
  own: Json,
  writer: SchemaWriter,
  descriptionLength: number,
): Json {
  const properties = args.map(({ name, schema, description, more }) => {
    const said = plainText(description, descriptionLength);
    return [name, { ...writer.write(schema), ...more, ...(said !== '' && { description: said }) }] as const;
  });
  const required = args.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    type: 'object',
    properties: { ...Object.fromEntries(properties), ...own },
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

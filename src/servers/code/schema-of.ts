import { fromJsonSchema } from '@modelcontextprotocol/server';

/**
 * A schema as the SDK takes it: one that knows itself (zod), the fields of one, or JSON Schema.
 * @param where how the author finds it.
 * @throws TypeError where it is neither.
 */
export function schemaOf(schema: object, where: string): object {
  if (knowsItself(schema) || isFields(schema)) return schema;
  if ((schema as { type?: unknown }).type === 'object') return fromJsonSchema(schema as never);
  throw new TypeError(`${where} must be JSON Schema with "type": "object", or a zod object.`);
}

/** Standard Schema, https://standardschema.dev */
function knowsItself(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && '~standard' in schema;
}

function isFields(schema: object): boolean {
  const fields = Object.values(schema);
  return fields.length > 0 && fields.every(knowsItself);
}

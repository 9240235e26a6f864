/** An object of a description, before anything is known of it. */
export type Json = Readonly<Record<string, unknown>>;

/** An own member of an object; undefined for what is no object, and for what it only inherits. */
export function member(value: unknown, name: string): unknown {
  return isJson(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A member that is to be an object: an empty one where it is not. */
export function objectIn(value: unknown, name: string): Json {
  const found = member(value, name);
  return isJson(found) ? found : {};
}

/** A member that is to be a list: an empty one where it is not. */
export function listIn(value: unknown, name: string): readonly unknown[] {
  const found = member(value, name);
  return Array.isArray(found) ? found : [];
}

/** A member that is to be text: empty where it is not. */
export function textIn(value: unknown, name: string): string {
  const found = member(value, name);
  return typeof found === 'string' ? found : '';
}

/** The strings of a list. */
export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(each => typeof each === 'string') : [];
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

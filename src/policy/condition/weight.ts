import type { Facts } from '../facts.ts';

/** Beyond this a value is not weighed any further: nothing may be done with it that depends on its size. */
export const MAX_WEIGHT = 2 ** 17;

/** How many UTF-16 units of text weigh as much as one value. */
export const CHARS_PER_UNIT = 256;

/**
 * How deep arguments may be nested, themselves included. The library remembers each type of nested values that it meets; there are
 * twice as many with each level.
 */
export const MAX_ARGUMENT_DEPTH = 8;

/**
 * How much there is for a condition to go through: one for each value and each key, and one for each {@link CHARS_PER_UNIT} of text.
 * @returns Infinity where that is more than {@link MAX_WEIGHT}, or nested deeper than {@link MAX_ARGUMENT_DEPTH}.
 */
export function weightOf({ caller, called, arguments: args }: Facts): number {
  const names = [caller.subject, caller.client, caller.country, called.server, called.name];
  const weight =
    weigh([names, caller.roles, caller.groups, called.connections], 2) + weigh(args, MAX_ARGUMENT_DEPTH);
  return weight > MAX_WEIGHT ? Number.POSITIVE_INFINITY : weight;
}

/** @param depth how many levels of lists and objects there may be. */
function weigh(value: unknown, depth: number): number {
  if (typeof value === 'string') return 1 + value.length / CHARS_PER_UNIT;
  if (typeof value !== 'object' || value === null) return 1;
  if (depth === 0) return Number.POSITIVE_INFINITY;
  return Array.isArray(value)
    ? weighList(value, depth - 1)
    : weighObject(value as Readonly<Record<string, unknown>>, depth - 1);
}

function weighList(list: readonly unknown[], depth: number): number {
  let weight = 1;
  for (const item of list) {
    weight += weigh(item, depth);
    if (weight > MAX_WEIGHT) break;
  }
  return weight;
}

function weighObject(object: Readonly<Record<string, unknown>>, depth: number): number {
  let weight = 1;
  for (const key in object) {
    weight += 1 + key.length / CHARS_PER_UNIT + weigh(object[key], depth);
    if (weight > MAX_WEIGHT) break;
  }
  return weight;
}

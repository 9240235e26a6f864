import * as z from 'zod';
import { ROLES } from '../../principal.ts';

/** Shorthands for what answers are made of. */
export const TEXT = z.string();
export const TEXT_OR_NULL = z.string().nullable();
export const URL_TEXT = z.url();
export const COUNT = z.int().min(0);
export const FLAG = z.boolean();
/** RFC 3339, in UTC. */
export const TIME = z.iso.datetime();
export const TIME_OR_NULL = z.iso.datetime().nullable();
export const ROLE = z.enum(ROLES);

/** The `after` of the next page; null where there is none. */
export const NEXT = TEXT_OR_NULL.describe('The `after` of the next page; null where this is the last.');

export function listOf<Item extends z.ZodType>(item: Item): z.ZodArray<Item> {
  return z.array(item);
}

/** An object whose members are all there, and no others. */
export function record<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  description?: string,
): z.ZodObject<Shape, z.core.$strict> {
  const schema = z.strictObject(shape);
  return description === undefined ? schema : schema.describe(description);
}

/** An object whose members are said elsewhere. */
export function anyObject(description: string) {
  return z.looseObject({}).describe(description);
}

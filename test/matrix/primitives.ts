import type { Primitive } from './primitive.ts';
import { QUESTION_PRIMITIVES } from './questions.ts';
import { READING_PRIMITIVES } from './reading.ts';
import { TELLING_PRIMITIVES } from './telling.ts';
import { TOOL_PRIMITIVES } from './tools.ts';
import { WIRE_PRIMITIVES } from './wire.ts';

/** The rows of the matrix. */
export const PRIMITIVES: readonly Primitive[] = [
  ...TOOL_PRIMITIVES,
  ...READING_PRIMITIVES,
  ...QUESTION_PRIMITIVES,
  ...TELLING_PRIMITIVES,
  ...WIRE_PRIMITIVES,
];

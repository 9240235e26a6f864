import EXCEPTIONS from '../matrix-exceptions.json' with { type: 'json' };
import type { Era } from './primitive.ts';

/** What cannot be, and which rule of the protocol says so. */
export interface Exception {
  readonly primitives: readonly string[];
  /** Which servers; all where it is left out. */
  readonly kinds?: readonly string[];
  /** Which clients; those of both eras where it is left out. */
  readonly eras?: readonly Era[];
  readonly reason: string;
}

/** All of them, as docs/compatibility.md shows them. */
export const exceptions: readonly Exception[] = EXCEPTIONS as Exception[];

/** The exception that a cell is under, if any. */
export function exceptionFor(primitive: string, kind: string, era: Era): Exception | undefined {
  return exceptions.find(
    exception =>
      exception.primitives.includes(primitive) &&
      (exception.kinds?.includes(kind) ?? true) &&
      (exception.eras?.includes(era) ?? true),
  );
}

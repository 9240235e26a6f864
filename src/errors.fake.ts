import { expect } from 'vitest';
import type { ErrorCode } from './errors.ts';

/** A matcher for a thrown `GatehouseError`: its code, and its message in full or as a pattern. */
export function refusal(code: ErrorCode, message: string | RegExp): Error {
  return expect.objectContaining({
    name: 'GatehouseError',
    code,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
}

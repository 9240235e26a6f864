import { expect, onTestFinished, vi } from 'vitest';
import type { ErrorCode } from './errors.ts';

/** A matcher for a thrown `GatehouseError`: its code, and its message in full or as a pattern. */
export function refusal(code: ErrorCode, message: string | RegExp): Error {
  return expect.objectContaining({
    name: 'GatehouseError',
    code,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
}

/** A fault as the platform's log has it. */
export interface LoggedFault {
  readonly level: string;
  readonly event: string;
  readonly name: string;
  readonly frames: readonly string[];
  readonly server?: string;
}

/** Keeps the log quiet until the test is over. What it returns reads the faults that were reported so far. */
export function faultLog(): () => LoggedFault[] {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  return () => log.mock.calls.map(([line]) => JSON.parse(String(line)) as LoggedFault);
}

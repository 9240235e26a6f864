import { expect, vi } from 'vitest';
import type { RawClient } from '../support/raw-client.ts';
import type { TestClient } from '../support/test-client.ts';
import type { Count } from './kind.ts';

/** The eras of the protocol that clients speak. */
export type Era = '2025' | '2026';

/** Where a primitive is tried: one client at one server. */
export interface Cell {
  readonly era: Era;
  readonly client: TestClient;
  /** The same principal by hand, for what the SDKs hide. */
  readonly raw: RawClient;
  /** How far the latest `slow_count` has come, by what knows it outside of MCP. */
  readonly count?: (() => Count) | undefined;
  /** How long to wait for what is told without being asked for, in milliseconds. */
  readonly patienceMs: number;
}

/** One thing that the protocol has, and what proves that it works between a client and a server. Rejects where it does not. */
export interface Primitive {
  readonly name: string;
  readonly prove: (cell: Cell) => Promise<unknown>;
}

/** Waits until an expectation holds. */
export function eventually({ patienceMs }: Cell, expectation: () => unknown): Promise<unknown> {
  return vi.waitFor(expectation, { timeout: patienceMs, interval: 20 });
}

/** One line of text as tools answer it. */
export function text(said: string): object {
  return { type: 'text', text: said };
}

/** Calls a tool that must answer one line of text. */
export async function expectAnswer(cell: Cell, tool: string, args: object, said: string): Promise<void> {
  const result = await cell.client.call(tool, { ...args });
  expect(result.isError).not.toBe(true);
  expect(result.content).toEqual([text(said)]);
}

/** What the client heard of one kind, oldest first. */
export function heardOf({ client }: Cell, method: string): unknown[] {
  return client.heard.filter(heard => heard.method === method).map(({ params }) => params);
}

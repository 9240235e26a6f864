import type { Definitions } from '../catalog/definitions.ts';
import type { Connector } from './connector.ts';
import type { Names } from './names.ts';

/** One server behind an endpoint. */
export interface Upstream {
  readonly connector: Connector;
  /** How its names read there. */
  readonly names: Names;
  /** What it offers there; names in it are its own. */
  readonly definitions: () => Promise<Definitions>;
}

/** A server that has said what it offers. */
export interface ReadyUpstream extends Pick<Upstream, 'connector' | 'names'> {
  readonly definitions: Definitions;
}

/** What several attempts came to: the values of those that succeeded, in order, and the first failure. */
export interface Settled<Value> {
  readonly values: readonly Value[];
  readonly failure: unknown;
}

/** Waits for all attempts. @throws the first failure when nothing succeeded. */
export async function settle<Value>(attempts: readonly Promise<Value>[]): Promise<Settled<Value>> {
  const outcomes = await Promise.allSettled(attempts);
  const values = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = outcomes.find(outcome => outcome.status === 'rejected')?.reason;
  if (failure !== undefined && values.length === 0) throw failure;
  return { values, failure };
}

import type { OfferedDefinitions } from '../upstream.ts';
import type { Circuit, OpenCircuit } from './circuit.ts';

/** What callers are told while a circuit is open. */
export function circuitWords(server: string, { failures, sinceMs, againAtMs }: OpenCircuit): string {
  const [since, again] = [sinceMs, againAtMs].map(ms => new Date(ms).toISOString());
  return `The server "${server}" has failed ${failures} times in a row since ${since}, and is tried again at ${again}.`;
}

/** What a server offers, with a note while its circuit is open: lists say so, however fresh what is remembered of it is. */
export function withCircuitNote(
  offered: OfferedDefinitions,
  server: string,
  circuit: Pick<Circuit, 'open'>,
): OfferedDefinitions {
  const open = circuit.open(Date.now());
  return open && offered.note === undefined ? { ...offered, note: circuitWords(server, open) } : offered;
}

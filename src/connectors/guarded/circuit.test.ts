import { expect, test } from 'vitest';
import { Circuit, type Health } from './circuit.ts';

const LIMITS = { opensAfter: 3, pauseMs: 1000 };

/** A circuit after calls that ended so, at these times. */
function after(...calls: readonly (readonly [Health, number])[]): Circuit {
  const circuit = new Circuit(LIMITS);
  for (const [health, nowMs] of calls) {
    circuit.enter(nowMs);
    circuit.left(health, nowMs);
  }
  return circuit;
}

const OPEN = [
  ['failing', 10],
  ['failing', 20],
  ['failing', 30],
] as const;

test('a circuit opens after failures in a row, and says since when and until when', () => {
  expect(after(OPEN[0], OPEN[1]).enter(25)).toBeNull();
  expect(after(...OPEN).enter(40)).toEqual({ failures: 3, sinceMs: 10, againAtMs: 1030 });
});

test('a success between failures starts the row anew', () => {
  expect(after(OPEN[0], OPEN[1], ['well', 25], ['failing', 30], ['failing', 31]).enter(40)).toBeNull();
});

test('what tells nothing of the server counts neither way', () => {
  expect(after(OPEN[0], OPEN[1], ['unknown', 25]).enter(26)).toBeNull();
  expect(after(OPEN[0], OPEN[1], ['unknown', 25], OPEN[2]).enter(40)).not.toBeNull();
});

test('after the pause one call is let through, and the others wait for how it ends', () => {
  const circuit = after(...OPEN);
  expect(circuit.enter(1030)).toBeNull();
  expect(circuit.enter(1031)).toMatchObject({ againAtMs: 2030 });
  circuit.left('well', 1040);
  expect(circuit.enter(1041)).toBeNull();
  expect(circuit.isFresh).toBe(true);
});

test('a trial that fails opens the circuit for another pause, in the same row of failures', () => {
  const circuit = after(...OPEN);
  circuit.enter(1030);
  circuit.left('failing', 1100);
  expect(circuit.open(1101)).toEqual({ failures: 4, sinceMs: 10, againAtMs: 2100 });
});

test('a trial whose caller went away lets the next one try at once', () => {
  const circuit = after(...OPEN);
  circuit.enter(1030);
  circuit.left('unknown', 1035);
  expect(circuit.enter(1036)).toBeNull();
});

test('a trial that never reported back does not keep the circuit open for good', () => {
  const circuit = after(...OPEN);
  circuit.enter(1030);
  expect(circuit.enter(2029)).not.toBeNull();
  expect(circuit.enter(2030)).toBeNull();
});

test('to ask whether it is open is not to try', () => {
  const circuit = after(...OPEN);
  expect(circuit.open(1030)).toBeNull();
  expect(circuit.enter(1030)).toBeNull();
});

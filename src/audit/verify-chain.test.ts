import { describe, expect, test } from 'vitest';
import { type SeededRandom, seededRandom, withBitFlipped } from '../crypto/random.fake.ts';
import { type AuditRow, rowAfter } from './audit-row.ts';
import type { AuditEvent } from './event.ts';
import type { ChainPoint } from './hash-chain.ts';
import { CHAIN, eventNumber, partOf, RING, rowsOf } from './trail.fake.ts';
import { type ChainPart, type ChainProblem, type VerifiedPoint, verifyChain } from './verify-chain.ts';

const ROWS = rowsOf(12);
const HEAD = ROWS.at(-1) as AuditRow;
const OTHER_CHAIN = rowsOf(12, { ...CHAIN, chain: 'account/bob' });

const problem = (kind: ChainProblem['kind'], sequence: number, through = sequence) => ({
  kind,
  sequence,
  through,
});
const problemsOf = (rows: readonly AuditRow[], more: Partial<ChainPart> = {}) =>
  verifyChain({ ...partOf(rows, HEAD), ...more }).problems;
const at = (rows: readonly AuditRow[], sequence: number) => rows[sequence - 1] as AuditRow;

/** The rows with those at some places replaced. */
const withRows = (...changed: readonly AuditRow[]) =>
  ROWS.map(row => changed.find(({ id }) => id === row.id) ?? row);

test('a chain as it was recorded is in order', () => {
  const { verified, problems, end } = verifyChain(partOf(ROWS.toReversed(), HEAD));
  expect([verified, problems]).toEqual([12, []]);
  expect(end).toEqual({ sequence: 12, hash: HEAD.hash });
});

describe('whoever has the database and not the keys is found to have', () => {
  test.each([
    ['the text', { sealed: flipped(at(ROWS, 5).sealed) }],
    ['the time', { atMs: 0 }],
    ['the kind', { kind: 'credential.kept' }],
    ['the id', { id: 'event-55' }],
    ['the key id', { kid: 'k2' }],
    ['the hash', { hash: at(ROWS, 6).hash }],
    ['the previous hash', { previousHash: at(ROWS, 6).hash }],
  ])('edited %s of a row', (_what, change) => {
    const rows = ROWS.map(row => (row.sequence === 5 ? { ...row, ...change } : row));
    expect(problemsOf(rows)).toEqual([problem('edited', 5)]);
  });

  test('removed rows, and which', () => {
    const rows = ROWS.filter(({ sequence }) => ![1, 4, 5, 6, 10].includes(sequence));
    expect(problemsOf(rows)).toEqual([
      problem('removed', 1),
      problem('removed', 4, 6),
      problem('removed', 10),
    ]);
  });

  test('cut the tail off, or removed all', () => {
    expect(problemsOf(ROWS.slice(0, 9))).toEqual([problem('removed', 10, 12)]);
    expect(problemsOf([])).toEqual([problem('removed', 1, 12)]);
  });

  test('exchanged the places of two rows', () => {
    const [third, eighth] = [at(ROWS, 3), at(ROWS, 8)];
    const rows = withRows({ ...third, sequence: 8 }, { ...eighth, sequence: 3 });
    expect(problemsOf(rows)).toEqual([problem('reordered', 3), problem('reordered', 8)]);
  });

  test('moved a row to a place that the chain does not have', () => {
    const rows = withRows({ ...at(ROWS, 3), sequence: 900 });
    expect(problemsOf(rows)).toEqual([problem('reordered', 3)]);
  });

  test('put a row there twice, or one of another chain, or one that nobody recorded', () => {
    const copy = { ...at(ROWS, 4), id: 'copy' };
    const foreign = { ...at(OTHER_CHAIN, 7), ...CHAIN };
    const beyond = { ...at(ROWS, 12), id: 'beyond', sequence: 13 };
    const before = { ...at(ROWS, 1), id: 'before', sequence: 0 };
    expect(problemsOf([copy, foreign, beyond, before, ...ROWS])).toEqual([
      problem('foreign', 0),
      problem('foreign', 4),
      problem('foreign', 7),
      problem('foreign', 13),
    ]);
  });

  test('put a row of another chain in the place of one', () => {
    const rows = [...ROWS.filter(({ sequence }) => sequence !== 7), { ...at(OTHER_CHAIN, 7), ...CHAIN }];
    expect(problemsOf(rows)).toEqual([problem('edited', 7)]);
  });
});

describe('whoever has the database and the keys', () => {
  /** Rows of a chain in which other things happened from a place on. */
  function forged(place: number, count: number): AuditRow[] {
    const rows: AuditRow[] = [];
    for (let sequence = place; sequence < place + count; sequence += 1) {
      const event = { ...eventNumber(sequence), outcome: 'forged' } as AuditEvent;
      rows.push(rowAfter(rows.at(-1) ?? at(ROWS, place - 1), CHAIN, event, RING));
    }
    return rows;
  }

  test('cannot write the end of a chain anew, since the object knows its head', () => {
    const rows = [...ROWS.slice(0, 8), ...forged(9, 4)];
    expect(problemsOf(rows)).toEqual([problem('head', 12)]);
    const longer = { sequence: 15, hash: 'of a later event' };
    expect(problemsOf(rows, { head: longer })).toEqual([problem('head', 12)]);
  });

  test('cannot write rows in the middle anew, since the next one remembers what was before it', () => {
    const rows = [...ROWS.slice(0, 5), ...forged(6, 2), ...ROWS.slice(7)];
    expect(problemsOf(rows)).toEqual([problem('unlinked', 8)]);
  });

  test('cannot add to a chain', () => {
    expect(problemsOf([...ROWS, ...forged(13, 2)])).toEqual([problem('foreign', 13, 14)]);
  });
});

describe('what is not delivered yet', () => {
  const delivered: ChainPoint = at(ROWS, 8);

  test('need not be there, and may', () => {
    for (let stored = 8; stored <= 12; stored += 1) {
      expect(problemsOf(ROWS.slice(0, stored), { delivered })).toEqual([]);
    }
  });

  test('is verified where it is there', () => {
    expect(problemsOf(withRows({ ...at(ROWS, 10), atMs: 0 }), { delivered })).toEqual([
      problem('edited', 10),
    ]);
  });

  test('does not excuse what is', () => {
    expect(problemsOf(ROWS.slice(0, 7), { delivered })).toEqual([problem('removed', 8)]);
  });
});

test('1,000 manipulations are found, each as what it is', () => {
  const random = seededRandom();
  for (let round = 0; round < 1000; round += 1) {
    const { rows, expected } = manipulated(random);
    expect(problemsOf(rows), JSON.stringify(expected)).toEqual(expected);
    expect(inParts(rows, random).length).toBeGreaterThan(0);
  }
});

test('a chain can be verified in parts', () => {
  const random = seededRandom();
  for (let round = 0; round < 50; round += 1) expect(inParts(ROWS, random)).toEqual([]);
});

/** Verifies in parts of any length, and gives all problems. */
function inParts(rows: readonly AuditRow[], random: SeededRandom): ChainProblem[] {
  const problems: ChainProblem[] = [];
  let start: VerifiedPoint = partOf(rows, HEAD).start;
  while (start.sequence < HEAD.sequence) {
    const from = start.sequence;
    const last = from + 1 + random.below(6);
    const isLast = last >= HEAD.sequence;
    const inside = rows.filter(
      ({ sequence }) =>
        (sequence > from && sequence <= last) || (isLast && (sequence < 1 || sequence > last)),
    );
    const verdict = verifyChain({ ...partOf(inside, HEAD), start, last });
    problems.push(...verdict.problems);
    start = verdict.end;
  }
  return problems;
}

interface Manipulated {
  readonly rows: readonly AuditRow[];
  readonly expected: readonly ChainProblem[];
}

function manipulated(random: SeededRandom): Manipulated {
  const place = 1 + random.below(12);
  const other = 1 + ((place + random.below(11)) % 12);
  const [row, second] = [at(ROWS, place), at(ROWS, other)];
  const without = ROWS.filter(({ sequence }) => sequence !== place);
  const stray = 13 + random.below(100);
  const manipulations: readonly (() => Manipulated)[] = [
    () => ({ rows: withRows({ ...row, ...edit(row, random) }), expected: [problem('edited', place)] }),
    () => ({ rows: without, expected: [problem('removed', place)] }),
    () => ({ rows: ROWS.slice(0, place - 1), expected: [problem('removed', place, 12)] }),
    () => ({
      rows: withRows({ ...row, sequence: other }, { ...second, sequence: place }),
      expected:
        Math.abs(place - other) === 1
          ? [problem('reordered', Math.min(place, other), Math.max(place, other))]
          : [problem('reordered', Math.min(place, other)), problem('reordered', Math.max(place, other))],
    }),
    () => ({ rows: withRows({ ...row, sequence: stray }), expected: [problem('reordered', place)] }),
    () => ({
      rows: [...ROWS, { ...at(OTHER_CHAIN, place), ...CHAIN, id: `foreign-${round(random)}` }],
      expected: [problem('foreign', place)],
    }),
  ];
  return (manipulations[random.below(manipulations.length)] as () => Manipulated)();
}

const round = (random: SeededRandom) => random.below(1e9);

/** Another value for one of a row's columns. */
function edit(row: AuditRow, random: SeededRandom): Partial<AuditRow> {
  const edits: readonly Partial<AuditRow>[] = [
    { sealed: flipped(row.sealed, random.below(row.sealed.length * 6)) },
    { hash: flipped(row.hash) },
    { previousHash: flipped(row.previousHash) },
    { atMs: row.atMs + 1 },
    { kind: 'credential.died' },
    { kid: 'k2' },
  ];
  return edits[random.below(edits.length)] as Partial<AuditRow>;
}

/** Base64url with one bit flipped of what it says. */
function flipped(text: string, bit = 100): string {
  const bytes = Buffer.from(text, 'base64url');
  return Buffer.from(withBitFlipped(bytes, Math.min(bit, bytes.length * 8 - 1))).toString('base64url');
}

import { expect, test } from 'vitest';
import { parseKeyRing } from '../crypto/key-ring.ts';
import type { AuditRow } from './audit-row.ts';
import { type Checkpoint, checkpointPoint, signCheckpoint } from './checkpoint.ts';
import { checkpointKeys } from './checkpoint-keys.ts';
import { EXPORT_FORMATS } from './event-export.ts';
import { verifyExport } from './offline-verification.ts';
import { CHAIN, eventNumber, RING, rowsOf } from './trail.fake.ts';

const ROWS = rowsOf(5);
const KEYS = await checkpointKeys(RING);

const lineOf = (row: AuditRow) =>
  EXPORT_FORMATS.ndjson.line({ row, event: eventNumber(row.sequence) }).trimEnd();
const headOf = ({ chain, sequence, hash }: AuditRow) => ({ chain, sequence, hash });
const first: Checkpoint = {
  tenant: CHAIN.tenant,
  sequence: 1,
  at: '2026-11-25T00:00:00Z',
  previous: null,
  heads: [headOf(ROWS[2] as AuditRow)],
  archived: [],
};
const one = await signCheckpoint(RING, first);
const second = {
  ...first,
  sequence: 2,
  previous: checkpointPoint(1, one).hash,
  heads: [headOf(ROWS[4] as AuditRow)],
};
const two = await signCheckpoint(RING, second);
const LINES = [...ROWS.map(lineOf), JSON.stringify({ checkpoint: one }), JSON.stringify({ checkpoint: two })];

const verdictOn = (lines: readonly string[]) =>
  verifyExport(
    (async function* () {
      yield* lines;
    })(),
    KEYS,
  );

test('an export as it was made is in order', async () => {
  expect(await verdictOn(LINES)).toEqual({ events: 5, checkpoints: 2, problems: [] });
});

test('what is archived need not be there', async () => {
  const { chain, sequence: through, hash } = ROWS[1] as AuditRow;
  const archived = [{ chain, from: 1, through, hash, object: 'o', digest: 'd' }];
  const jws = await signCheckpoint(RING, { ...first, archived });
  expect(await verdictOn([...LINES.slice(2, 5), JSON.stringify({ checkpoint: jws })])).toMatchObject({
    events: 3,
    problems: [],
  });
});

test.each<[string, (lines: string[]) => unknown, RegExp]>([
  [
    'an edited event',
    lines => lines.splice(1, 1, lines[1]?.replace('"GET"', '"PUT"') ?? ''),
    /2 is not what was recorded/,
  ],
  ['a removed event', lines => lines.splice(1, 1), /lacks 2 to 2/],
  ['a cut end', lines => lines.splice(4, 1), /5 is missing, and was there when checkpoint 2/],
  ['an event that is there twice', lines => lines.splice(1, 0, lines[1] ?? ''), /2 is there twice/],
  [
    'events that have changed places',
    lines => lines.splice(0, 2, ...exchanged(lines)),
    /is not what was recorded/,
  ],
  ['a removed checkpoint', lines => lines.splice(5, 1), /checkpoint 1 was removed/],
  ['no checkpoint at all', lines => lines.splice(5, 2), /there is no checkpoint/],
  ['something else', lines => lines.splice(2, 0, '{}'), /line 3 is none of an export/],
])('%s is found', async (_what, change, problem) => {
  const lines = [...LINES];
  change(lines);
  expect((await verdictOn(lines)).problems.join('\n')).toMatch(problem);
});

test('a checkpoint that others have signed is found', async () => {
  const key = Buffer.alloc(32, 'other').toString('base64url');
  const others = parseKeyRing(JSON.stringify({ current: 'k1', keys: { k1: key } }));
  const jws = await signCheckpoint(others, first);
  const { problems } = await verdictOn([...LINES.slice(0, 5), JSON.stringify({ checkpoint: jws })]);
  expect(problems).toContain('checkpoint 1 was removed, or is not what was signed');
});

/** The first two lines, each at the other's place. */
function exchanged(lines: readonly string[]): string[] {
  const at = (line: string | undefined, sequence: number) =>
    JSON.stringify({ ...JSON.parse(line ?? ''), sequence });
  return [at(lines[1], 1), at(lines[0], 2)];
}

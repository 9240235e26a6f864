import { expect, test } from 'vitest';
import type { FoundEvent } from './audit-log.ts';
import type { AuditRow } from './audit-row.ts';
import { type AuditEvent, eventOf } from './event.ts';
import { EXPORT_FORMATS, type ExportFormat, exportedBody } from './event-export.ts';
import { rowsOf, USED } from './trail.fake.ts';

const [ROW] = rowsOf(1) as [AuditRow];
const EVENT = eventOf(USED, { id: ROW.id, atMs: ROW.atMs, tenant: ROW.tenant });
const none = async function* () {};

const textOf = (format: ExportFormat, events: readonly FoundEvent[]) =>
  new Response(
    exportedBody(
      format,
      (async function* () {
        yield events;
      })(),
      none(),
    ),
  ).text();
const written = (user: string) =>
  textOf(EXPORT_FORMATS.csv, [{ row: ROW, event: { ...EVENT, user } as AuditEvent }]);

test.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '＝1'])('CSV holds no formula: %j', async user => {
  const text = await written(user);
  expect(text).not.toMatch(/(^|,)"?\s*[=+\-@＝]/m);
});

test('a line of CSV is a line, and has as many cells as the first, whatever an event says', async () => {
  const text = await written('a"b,c\r\n\u001b[31md\u2028e');
  const lines = text.split('\r\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain('"a""b,c\\u000d\\u000a\\u001b[31md\\u2028e"');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\u0000-\u001f]/);
});

test('NDJSON says all that is needed to verify, and null for what cannot be opened', async () => {
  const text = await textOf(EXPORT_FORMATS.ndjson, [
    { row: ROW, event: EVENT },
    { row: ROW, event: null },
  ]);
  const { id, chain, sequence, previousHash, hash } = ROW;
  expect(
    text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line)),
  ).toEqual([
    { id, chain, sequence, previousHash, hash, event: EVENT },
    { id, chain, sequence, previousHash, hash, event: null },
  ]);
});

test('a page is read when the reader has taken the one before, and none after it has left', async () => {
  let pages = 0;
  const endless = async function* () {
    for (;;) {
      pages += 1;
      yield [{ row: ROW, event: EVENT }];
    }
  };
  const reader = exportedBody(EXPORT_FORMATS.ndjson, endless(), none()).getReader();
  await reader.read();
  await reader.read();
  expect(pages).toBe(2);
  await reader.cancel();
  expect(pages).toBe(2);
});

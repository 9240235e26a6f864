import { utf8 } from '../crypto/bytes.ts';
import type { FoundEvent } from './audit-log.ts';
import { AUDIT_EVENTS } from './event.ts';

/** How events are written to files. */
export interface ExportFormat {
  readonly mediaType: string;
  /** What comes before the first event; may be empty. */
  readonly head: string;
  /** One event, with its line break. */
  readonly line: (event: FoundEvent) => string;
}

const STAMP = ['id', 'atMs', 'kind', 'outcome', 'tenant'] as const;

/** The members that events may have, in the order of the columns of CSV. */
const MEMBERS: readonly string[] = [
  ...new Set<string>([
    ...STAMP,
    ...Object.values(AUDIT_EVENTS).flatMap(
      (kind: { fields: readonly string[]; optional?: readonly string[] }) => [
        ...kind.fields,
        ...(kind.optional ?? []),
      ],
    ),
  ]),
];
const PLACE = ['chain', 'sequence', 'previousHash', 'hash'] as const;

/** The formats by name. NDJSON (one JSON text a line) can be verified offline; CSV (RFC 4180) is for people. */
export const EXPORT_FORMATS = {
  ndjson: { mediaType: 'application/x-ndjson', head: '', line: jsonLine },
  csv: { mediaType: 'text/csv; charset=utf-8; header=present', head: csvHead(), line: csvLine },
} as const satisfies Readonly<Record<string, ExportFormat>>;

/**
 * Events as the body of an answer: pages are read as the reader takes them, so that no more than one is in memory.
 * @param tail lines for the end, such as what the file is verified by.
 */
export function exportedBody(
  format: ExportFormat,
  pages: AsyncGenerator<readonly FoundEvent[]>,
  tail: AsyncGenerator<string>,
): ReadableStream<Uint8Array> {
  const texts = textsOf(format, pages, tail);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await texts.next();
        if (done) controller.close();
        else controller.enqueue(utf8(value));
      },
      async cancel() {
        await texts.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* textsOf(
  { head, line }: ExportFormat,
  pages: AsyncGenerator<readonly FoundEvent[]>,
  tail: AsyncGenerator<string>,
): AsyncGenerator<string, undefined> {
  if (head) yield head;
  for await (const page of pages) {
    const text = page.map(line).join('');
    if (text) yield text;
  }
  yield* tail;
  return undefined;
}

function jsonLine({ row, event }: FoundEvent): string {
  const { id, chain, sequence, previousHash, hash } = row;
  return `${JSON.stringify({ id, chain, sequence, previousHash, hash, event })}\n`;
}

function csvHead(): string {
  return `${[...PLACE, ...MEMBERS].map(cell).join(',')}\r\n`;
}

function csvLine({ row, event }: FoundEvent): string {
  const said: Readonly<Record<string, unknown>> = { id: row.id, atMs: row.atMs, kind: row.kind, ...event };
  const cells = [...PLACE.map(name => row[name]), ...MEMBERS.map(name => said[name])];
  return `${cells.map(cell).join(',')}\r\n`;
}

/**
 * A cell of CSV. A text that a spreadsheet would take for a formula begins with an apostrophe; control characters are
 * written out, so that a line is a line.
 */
function cell(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return String(value);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  const text = String(value).replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, written);
  // Full-width forms too: some spreadsheets take them for the same.
  const safe = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

function written(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

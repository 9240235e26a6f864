import { type Exception, exceptionFor, exceptions } from './exceptions.ts';
import type { Kind } from './kind.ts';
import { KINDS } from './kinds.ts';
import type { Era } from './primitive.ts';
import { PRIMITIVES } from './primitives.ts';

const BEGIN = '<!-- The matrix, from test/matrix: UPDATE_DOCS=1 rewrites it. -->';
const END = '<!-- The end of the matrix. -->';

/** The matrix and its exceptions as Markdown. */
export function matrixTable(): string {
  const reasons = [...new Set(exceptions.map(({ reason }) => reason))];
  const head = [
    `| | ${KINDS.map(({ name }) => name).join(' | ')} |`,
    `| --- |${' --- |'.repeat(KINDS.length)}`,
  ];
  const rows = PRIMITIVES.map(({ name }) => {
    const cells = KINDS.map(kind => cellText(name, kind, reasons));
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  return [...head, ...rows, '', ...reasons.map((reason, index) => `${index + 1}. ${reason}`)].join('\n');
}

/** A document with the matrix as it is now. @throws where the document has no place for it. */
export function withMatrix(document: string): string {
  const [before, rest] = document.split(BEGIN);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined)
    throw new Error(`the document must have "${BEGIN}" and "${END}"`);
  return `${before}${BEGIN}\n\n${matrixTable()}\n\n${END}${after}`;
}

function cellText(primitive: string, { name }: Kind, reasons: readonly string[]): string {
  const [for2025, for2026] = (['2025', '2026'] as Era[]).map(era => exceptionFor(primitive, name, era));
  if (!for2025 && !for2026) return 'yes';
  if (for2025 && for2025 === for2026) return `no [${numberOf(for2025, reasons)}]`;
  return [halfCell('2025', for2025, reasons), halfCell('2026', for2026, reasons)].join('; ');
}

function halfCell(era: Era, exception: Exception | undefined, reasons: readonly string[]): string {
  return `${era}: ${exception ? `no [${numberOf(exception, reasons)}]` : 'yes'}`;
}

function numberOf({ reason }: Exception, reasons: readonly string[]): number {
  return reasons.indexOf(reason) + 1;
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AUDIT_EVENTS } from './event.ts';

const DOCS = readFileSync(join(import.meta.dirname, '../../docs/audit.md'), 'utf8');

interface Shape {
  readonly outcome: string | null;
  readonly fields: readonly string[];
  readonly optional?: readonly string[];
}

const code = (names: readonly string[]) => names.map(name => `\`${name}\``).join(', ');

function rowOf([kind, { outcome, fields, optional = [] }]: [string, Shape]): string {
  return `| \`${kind}\` | ${outcome ? code([outcome]) : 'its own'} | ${code(fields)} | ${code(optional)} |`;
}

test('docs/audit.md has the members of every kind, as they are', () => {
  const rows = Object.entries<Shape>(AUDIT_EVENTS).map(rowOf);
  const [, section = ''] = DOCS.split('## Members of each kind\n');
  const [table = ''] = section.split('\n## ');
  expect(table.split('\n').filter(line => line.startsWith('| `'))).toEqual(rows);
});

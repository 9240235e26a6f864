import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { METRICS } from './metric.ts';

test('docs/observability.md has the metrics as they are', () => {
  const text = readFileSync(join(import.meta.dirname, '../../docs/observability.md'), 'utf8');
  const documented = text.split('\n').filter(line => line.startsWith('| `gatehouse_'));
  const rows = Object.entries(METRICS).map(([name, { kind, labels, help }]) => {
    const listed = labels.map(label => `\`${label}\``).join(', ') || '–';
    return `| \`${name}\` | ${kind} | ${listed} | ${help} |`;
  });
  expect(documented).toEqual(rows);
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../src/cli/wrangler-process.ts';
import { exceptions } from './matrix/exceptions.ts';
import { KINDS } from './matrix/kinds.ts';
import { PRIMITIVES } from './matrix/primitives.ts';
import { withMatrix } from './matrix/table.ts';

const DOCUMENT = join(ROOT, 'docs/compatibility.md');

test('every exception of the matrix is about cells that there are, and gives a reason', () => {
  const primitives = PRIMITIVES.map(({ name }) => name);
  const kinds = KINDS.map(({ name }) => name);
  for (const exception of exceptions) {
    expect(primitives).toEqual(expect.arrayContaining([...exception.primitives]));
    expect(kinds).toEqual(expect.arrayContaining([...(exception.kinds ?? [])]));
    expect(exception.reason.length).toBeGreaterThan(20);
  }
});

test('docs/compatibility.md shows the matrix as it is', async () => {
  const written = await readFile(DOCUMENT, 'utf8');
  const current = withMatrix(written);
  if (process.env.UPDATE_DOCS) await writeFile(DOCUMENT, current);
  else expect(written).toBe(current);
});

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { JSONWebKeySet } from 'jose';
import { verifyExport } from '../audit/offline-verification.ts';
import { Problem, runCommand } from './problem.ts';

const USAGE =
  'npm run audit:verify -- FILE --keys KEYS (what /.well-known/gatehouse-audit-keys.json answered, a file)';

/** `npm run audit:verify -- FILE --keys KEYS`: verifies an export of the audit trail without the gateway. */
await runCommand(async () => {
  const { values, positionals } = parseArgs({
    options: { keys: { type: 'string' } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (file === undefined || values.keys === undefined) throw new Problem(`use it so: ${USAGE}`);
  const keys = await keysIn(values.keys);
  const input = createReadStream(file);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const { events, checkpoints, problems } = await verifyExport(lines, keys).catch(error => {
    throw new Problem(`${file} cannot be read: ${error.code ?? error.message}`);
  });
  for (const problem of problems) console.log(problem);
  console.log(`${events} events and ${checkpoints} checkpoints are in order; ${problems.length} problems`);
  process.exit(problems.length > 0 ? 1 : 0);
});

async function keysIn(file: string): Promise<JSONWebKeySet> {
  try {
    const keys: JSONWebKeySet = JSON.parse(await readFile(file, 'utf8'));
    if (Array.isArray(keys.keys)) return keys;
  } catch {
    // Said below.
  }
  throw new Problem(`${file} is no JSON Web Key Set`);
}

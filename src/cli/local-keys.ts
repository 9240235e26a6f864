import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseKeyRing } from '../crypto/key-ring.ts';
import { GatehouseError } from '../errors.ts';
import { Problem } from './problem.ts';

/** Where wrangler reads local secrets from. Git ignores it. */
const FILE = '.dev.vars';

/**
 * Makes a key ring for this machine where there is none yet, readable by its owner only. An existing one is
 * kept, closed to others, and checked: a gateway that cannot read its keys could only lose data.
 * @throws Problem when the file cannot be read or its key ring is broken.
 */
export function ensureLocalKeys(root: string): void {
  const path = join(root, FILE);
  const existing = read(path) ?? create(path);
  keepPrivate(path);
  const ring = /^KEY_RING\s*=\s*'?(.*?)'?\s*$/m.exec(existing)?.[1];
  if (ring === undefined) throw new Problem(`${FILE} has no KEY_RING; add it back, or remove the file.`);
  try {
    parseKeyRing(ring);
  } catch (error) {
    const reason = error instanceof GatehouseError ? error.message : 'KEY_RING cannot be read.';
    throw new Problem(`${FILE}: ${reason} Restore it, or remove the file and the state that it sealed.`);
  }
}

/** Written aside and linked into place, so that of two first starts at once, one wins and both agree. */
function create(path: string): string {
  const ring = { current: 'k1', keys: { k1: randomBytes(32).toString('base64url') } };
  const text = `# Local development keys. Never commit them.\nKEY_RING='${JSON.stringify(ring)}'\n`;
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, text, { mode: 0o600 });
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new Problem(`${FILE} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
    }
  } finally {
    removeIfThere(draft);
  }
  return read(path) ?? text;
}

/** Keys that others on this machine could read are no keys. */
function keepPrivate(path: string): void {
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Problem(`${FILE} cannot be read (${code}).`);
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never written.
  }
}

import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Problem } from './problem.ts';
import { lastLine, Output, ROOT, spawnWrangler } from './wrangler-process.ts';

/** @throws Problem when the state directory cannot be written. */
export function ensureWritable(stateDir: string): void {
  try {
    mkdirSync(stateDir, { recursive: true });
    accessSync(stateDir, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Problem(`the state directory ${stateDir} (STATE_DIR) cannot be written (${code}).`);
  }
}

/** @throws Problem when the port is taken or cannot be used. */
export async function ensureFree(port: number): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((free, taken) => {
      server.once('error', taken).listen(port, '127.0.0.1', free);
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'is taken; set PORT to another' : `cannot be used (${code})`;
    throw new Problem(`port ${port} ${reason}.`);
  } finally {
    await new Promise(closed => server.close(closed));
  }
}

/** Applies the D1 migrations that this state directory has not seen yet. */
export async function migrate(stateDir: string): Promise<void> {
  const marker = join(stateDir, '.migrations');
  const wanted = migrationsDigest();
  if (readIfThere(marker) === wanted) return;
  const child = spawnWrangler(['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', stateDir]);
  const output = new Output(child);
  const code = await new Promise(exited => child.once('exit', exited));
  if (code !== 0) throw new Problem(`the database could not be migrated: ${lastLine(output.text)}`);
  writeFileSync(marker, wanted);
}

function migrationsDigest(): string {
  const folder = join(ROOT, 'migrations');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

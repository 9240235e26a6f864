import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { migrate } from '../../src/cli/preflight.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A state directory in which nothing has happened but the migrations: they take longer than all else of a start. */
    migratedState: string;
  }
}

/** A state directory that was migrated once, to be copied. */
export interface MigratedState {
  readonly dir: string;
  remove(): Promise<void>;
}

/** Migrates a state directory for all tests of a run. */
export async function migratedState(): Promise<MigratedState> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-migrated-'));
  await migrate(dir);
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** A new state directory, migrated. @param from the directory that the run has; that of the tests where it is left out. */
export async function newState(from: string = inject('migratedState')): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  await cp(from, dir, { recursive: true });
  return dir;
}

import type { TestProject } from 'vitest/node';
import { migratedState, newState } from './migrated-state.ts';
import { startTestGateway } from './test-gateway.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The origin of a gateway that all test files share. Files that stop or break theirs start their own. */
    origin: string;
    /** Where the shared gateway keeps its state. */
    stateDir: string;
  }
}

/** All test clients have one address, and nearly every test registers one. */
const SETTINGS = { REGISTRATIONS_PER_ADDRESS_PER_HOUR: '5000' };

/** Starts one gateway for all tests of a run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const migrated = await migratedState();
  project.provide('migratedState', migrated.dir);
  const gateway = await startTestGateway({ stateDir: await newState(migrated.dir) }, SETTINGS);
  project.provide('origin', gateway.origin);
  project.provide('stateDir', gateway.stateDir);
  return async () => {
    await gateway.stop();
    await migrated.remove();
  };
}

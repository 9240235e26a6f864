import type { TestProject } from 'vitest/node';
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
  const gateway = await startTestGateway({}, SETTINGS);
  project.provide('origin', gateway.origin);
  project.provide('stateDir', gateway.stateDir);
  return () => gateway.stop();
}

import type { TestProject } from 'vitest/node';
import { startEchoSite } from './echo-site.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The origin of a third party for tests that run in workerd. */
    echoSite: string;
  }
}

/** Starts what tests in workerd need of the world outside. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const site = await startEchoSite();
  project.provide('echoSite', site.origin);
  return () => site.stop();
}

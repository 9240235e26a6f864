import { defineConfig } from 'vitest/config';

/** Two kinds of tests: units beside the code, and the whole gateway as a client meets it. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['src/**/*.test.ts', 'durable-objects/**/*.test.ts', 'test/import-graph.test.ts'],
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/import-graph.test.ts'],
          globalSetup: ['test/support/shared-gateway.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});

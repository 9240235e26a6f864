import { defineConfig } from 'vitest/config';

/**
 * Three kinds of tests, one command: `node` for pure units and hosted servers, `system` for the whole
 * gateway as a user runs it (own processes, ports and state directories).
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['src/**/*.test.ts', 'test/import-graph.test.ts'],
        },
      },
    ],
  },
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import EXCEPTIONS from '../conformance-exceptions.json' with { type: 'json' };
import { type BearerProxy, bearerProxy } from './bearer-proxy.ts';
import {
  problemsOf,
  type Requirements,
  type Results,
  requirementsOf,
  runSuite,
  staleExceptions,
} from './conformance-suite.ts';
import { signedInAgent } from './test-gateway.ts';

/** How many scenarios each revision requires. A suite that asks for less has dropped something. */
const REVISIONS = [
  { revision: '2025-11-25', required: 30, unscored: ['server-session-lifecycle', 'server-sse-polling'] },
  {
    revision: '2026-07-28',
    required: 37,
    unscored: ['http-header-validation', 'http-custom-header-server-validation'],
  },
];

interface Run {
  readonly requirements: Requirements;
  readonly results: Results;
}

/** Describes what the official suite must find at an endpoint, by all revisions. @param originOf is asked once the tests run. */
export function describeConformance(endpoint: string, originOf: () => string): void {
  let proxy: BearerProxy;
  const runs = new Map<string, Run>();

  beforeAll(async () => {
    const agent = await signedInAgent(originOf(), endpoint);
    proxy = await bearerProxy(originOf(), agent.accessToken);
    for (const { revision } of REVISIONS) {
      const results = await runSuite(`${proxy.origin}${endpoint}`, revision);
      runs.set(revision, { results, requirements: await requirementsOf(revision) });
    }
  });
  afterAll(() => proxy.close());

  describe.each(REVISIONS)('for $revision', ({ revision, required, unscored }) => {
    it(`passes the ${required} required scenarios without an exception`, () => {
      const { requirements, results } = runOf(revision);
      const passed = requirements.required.filter(name => results.get(name)?.outcome === 'passed');
      expect(passed).toEqual(requirements.required);
      expect(passed).toHaveLength(required);
    });

    it('passes what is unscored but not about tasks', () => {
      const { requirements, results } = runOf(revision);
      const others = requirements.unscored.filter(name => !name.startsWith('tasks-'));
      expect(others.toSorted()).toEqual([...unscored, 'json-schema-2020-12'].toSorted());
      expect(others.map(name => [name, results.get(name)?.outcome])).toEqual(
        others.map(name => [name, 'passed']),
      );
    });

    it('finds nothing else to fail or to warn about', () => {
      const { requirements, results } = runOf(revision);
      expect(problemsOf(results, requirements, EXCEPTIONS)).toEqual([]);
    });
  });

  it('has no exception that is stale, unknown or about more than tasks', () => {
    expect(staleExceptions(EXCEPTIONS, [...runs.values()])).toEqual([]);
  });

  function runOf(revision: string): Run {
    const run = runs.get(revision);
    if (!run) throw new Error(`the suite did not run for ${revision}`);
    return run;
  }
}

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import EXCEPTIONS from './conformance-exceptions.json' with { type: 'json' };
import { type BearerProxy, bearerProxy } from './support/bearer-proxy.ts';
import {
  problemsOf,
  type Requirements,
  type Results,
  requirementsOf,
  runSuite,
  type ScenarioResult,
  staleExceptions,
} from './support/conformance-suite.ts';
import { signedInAgent } from './support/test-gateway.ts';

const ENDPOINT = '/mcp/everything';

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

describe('the official conformance suite', () => {
  let proxy: BearerProxy;
  const runs = new Map<string, Run>();

  beforeAll(async () => {
    const agent = await signedInAgent(inject('origin'), ENDPOINT);
    proxy = await bearerProxy(inject('origin'), agent.accessToken);
    for (const { revision } of REVISIONS) {
      const results = await runSuite(`${proxy.origin}${ENDPOINT}`, revision);
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
});

describe('the verdict on a run', () => {
  const requirements = { required: ['ping'], unscored: ['tasks-lifecycle', 'tasks-skipped'] };
  const result = (
    outcome: ScenarioResult['outcome'],
    more: Partial<ScenarioResult> = {},
  ): ScenarioResult => ({
    outcome,
    failures: [],
    warnings: [],
    ...more,
  });
  const results = new Map([
    ['ping', result('passed')],
    ['tasks-lifecycle', result('failed', { failures: ['no-task'] })],
    ['tasks-skipped', result('unchecked')],
  ]);
  const excused = { 'tasks-lifecycle': 'not offered', 'tasks-skipped': 'nothing checked' };

  it('is good when all has passed or is excepted', () => {
    expect(problemsOf(results, requirements, excused)).toEqual([]);
    expect(staleExceptions(excused, [{ results, requirements }])).toEqual([]);
  });

  it.each([
    ['a failure', {}, ['tasks-lifecycle: failed; no-task', 'tasks-skipped: unchecked']],
    ['what nobody checked', { 'tasks-lifecycle': '' }, ['tasks-skipped: unchecked']],
  ])('names %s without an exception', (_what, exceptions, problems) => {
    expect(problemsOf(results, requirements, exceptions)).toEqual(problems);
  });

  it('names what did not run and what gave a warning', () => {
    const partial = new Map([['tasks-lifecycle', result('passed', { warnings: ['slow'] })]]);
    expect(problemsOf(partial, { ...requirements, unscored: ['tasks-lifecycle'] }, {})).toEqual([
      'ping: missing',
      'tasks-lifecycle: warning: slow',
    ]);
  });

  it.each([
    ['that passes now', 'tasks-lifecycle', 'tasks-lifecycle: passes now, so it is no exception any more'],
    ['that is unknown', 'tasks-made-up', 'tasks-made-up: no unscored scenario has this name'],
    ['for a required scenario', 'ping', 'ping: only tasks scenarios may be excepted'],
  ])('refuses an exception %s', (_what, name, problem) => {
    const passing = new Map(results).set('tasks-lifecycle', result('passed'));
    expect(staleExceptions({ [name]: '' }, [{ results: passing, requirements }])).toEqual([problem]);
  });
});

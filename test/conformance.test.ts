import { describe, expect, inject, it } from 'vitest';
import { describeConformance } from './support/conformance-contract.ts';
import { problemsOf, type ScenarioResult, staleExceptions } from './support/conformance-suite.ts';

describe('the official conformance suite', () => {
  describeConformance('/mcp/everything', () => inject('origin'));
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

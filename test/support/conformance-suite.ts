import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../src/cli/wrangler-process.ts';

const SUITE = join(ROOT, 'node_modules/@modelcontextprotocol/conformance');
const RESULT_FOLDER = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/;

/** What a revision asks of a server, as the official suite has frozen it. */
export interface Requirements {
  readonly required: readonly string[];
  /** Run and reported, but not part of conformance. */
  readonly unscored: readonly string[];
}

/** What came of one scenario. */
export interface ScenarioResult {
  /**
   * `unchecked`: it ended without a failure but also without a single successful check, because the suite
   * skipped it or found nothing to look at. The suite counts that as a pass; here it is none.
   */
  readonly outcome: 'passed' | 'failed' | 'unchecked';
  /** What the checks that failed or warned say. */
  readonly failures: readonly string[];
  readonly warnings: readonly string[];
}

/** The results of one run, by scenario. */
export type Results = ReadonlyMap<string, ScenarioResult>;

/** One check as the suite writes it to `checks.json`. */
interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

/** Reads what a revision requires of servers from the suite's own `requirements/<revision>.yaml`. */
export async function requirementsOf(revision: string): Promise<Requirements> {
  const text = await readFile(join(SUITE, `requirements/${revision}.yaml`), 'utf8');
  const [, server = ''] = /^server:\n((?: {2}- .+\n)+)/m.exec(text) ?? [];
  return {
    required: [...server.matchAll(/- (\S+)/g)].map(([, name = '']) => name),
    unscored: [...text.matchAll(/- scenario: (\S+)\n +leg: server\n/g)].map(([, name = '']) => name),
  };
}

/** Runs all that a revision requires, and what is unscored, against an MCP endpoint that needs no token. */
export async function runSuite(url: string, revision: string): Promise<Results> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-conformance-'));
  try {
    await runToItsEnd(['server', '--url', url, '--requirements', revision, '-o', folder]);
    const results = (await readdir(folder)).map(async name => {
      const scenario = RESULT_FOLDER.exec(name)?.[1] ?? name;
      const checks: Check[] = JSON.parse(await readFile(join(folder, name, 'checks.json'), 'utf8'));
      return [scenario, resultOf(checks)] as const;
    });
    return new Map(await Promise.all(results));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The suite's exit code says too little to be of use: what counts is which checks it wrote down. */
function runToItsEnd(args: readonly string[]): Promise<void> {
  return new Promise(ended => {
    execFile(process.execPath, [join(SUITE, 'dist/index.js'), ...args], { maxBuffer: 2 ** 26 }, () =>
      ended(),
    );
  });
}

function resultOf(checks: readonly Check[]): ScenarioResult {
  const those = (status: Check['status']) =>
    checks
      .filter(check => check.status === status)
      .map(({ id, errorMessage = '' }) => `${id} ${errorMessage}`);
  const failures = those('FAILURE');
  const isChecked = those('SUCCESS').length > 0;
  const outcome = failures.length > 0 ? 'failed' : isChecked ? 'passed' : 'unchecked';
  return { outcome, failures, warnings: those('WARNING') };
}

/** Which scenarios may go without a pass, and why each of them does. */
export type Exceptions = Readonly<Record<string, string>>;

/**
 * What is wrong with a run, one line each; nothing when all that is required has passed, and all that is
 * unscored has passed or is excepted.
 */
export function problemsOf(results: Results, requirements: Requirements, exceptions: Exceptions): string[] {
  const outcomeOf = (name: string) => results.get(name)?.outcome ?? 'missing';
  const { required, unscored } = requirements;
  return [
    ...[...required, ...unscored]
      .filter(name => outcomeOf(name) !== 'passed' && !(name in exceptions))
      .map(name => `${name}: ${[outcomeOf(name), ...(results.get(name)?.failures ?? [])].join('; ')}`),
    ...[...results]
      .filter(([name]) => !(name in exceptions))
      .flatMap(([name, { warnings }]) => warnings.map(warning => `${name}: warning: ${warning}`)),
  ];
}

/** What is wrong with the exceptions themselves, over the runs of all revisions. */
export function staleExceptions(
  exceptions: Exceptions,
  runs: readonly { readonly results: Results; readonly requirements: Requirements }[],
): string[] {
  return Object.keys(exceptions).flatMap(name => {
    const concerned = runs.filter(({ requirements }) => requirements.unscored.includes(name));
    if (!name.startsWith('tasks-')) return [`${name}: only tasks scenarios may be excepted`];
    if (concerned.length === 0) return [`${name}: no unscored scenario has this name`];
    const hasPassed = concerned.some(({ results }) => results.get(name)?.outcome === 'passed');
    return hasPassed ? [`${name}: passes now, so it is no exception any more`] : [];
  });
}

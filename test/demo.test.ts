import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ROOT } from '../src/cli/wrangler-process.ts';

test('npm run demo drives agents of both eras through a kill -9, and says so', {
  timeout: 120_000,
}, async () => {
  const demo = spawn(process.execPath, ['src/cli/demo.ts'], { cwd: ROOT });
  const exited = new Promise(done => demo.once('exit', done));
  const printed = await text(demo.stdout);
  expect(await exited).toBe(0);
  for (const step of [
    '2025-11-25',
    '2026-07-28',
    'sign in as ada, consent',
    '3 of 3',
    'Ada likes green.',
    'kill -9',
  ]) {
    expect(printed).toContain(step);
  }
  expect(printed).toMatch(
    /the call goes on to its end: Ada likes green\.\n.*the session is the same: Matches: 1\./,
  );
  expect(printed).toMatch(/All of it worked, in \d+\.\d\d s\.\n$/);
});

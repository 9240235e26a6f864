import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { FormBrowser } from '../src/cli/form-browser.ts';
import { freePort } from '../src/cli/gateway-process.ts';
import { ROOT } from '../src/cli/wrangler-process.ts';
import { registered } from './support/oauth.ts';

const SUITE = join(ROOT, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');

interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

test('the official conformance suite passes the authorization server', { timeout: 60_000 }, async () => {
  const origin = inject('origin');
  const port = await freePort();
  const client = await registered(origin, { redirect_uris: [`http://127.0.0.1:${port}/callback`] });
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-conformance-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));

  const suite = spawn(process.execPath, [
    ...[SUITE, 'authorization', '--url', origin, '--client-id', client.client_id],
    ...['--resource', `${origin}/mcp/memory`, '--port', String(port)],
    ...['--spec-version', '2026-07-28', '--output-dir', folder],
  ]);
  let printed = '';
  const browser = new FormBrowser();
  for (const stream of [suite.stdout, suite.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk;
      const [url] = /http:\S+\/authorize\?\S+/.exec(printed) ?? [];
      if (url === undefined) return;
      printed = printed.replace(url, '');
      // A person would click through: sign in, consent, and let the browser carry the code to the suite.
      void browser.authorize(new URL(url), 'ada').then(callback => fetch(callback));
    });
  }
  await new Promise(done => suite.once('exit', done));

  const checks = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('checks.json'))
    .flatMap(path => JSON.parse(readFileSync(join(folder, path), 'utf8')) as Check[]);
  expect(checks.filter(({ status }) => status !== 'SUCCESS' && status !== 'INFO')).toEqual([]);
  expect(checks.filter(({ status }) => status === 'SUCCESS').length).toBeGreaterThan(1);
});

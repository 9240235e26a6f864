import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { ROOT } from '../src/cli/wrangler-process.ts';
import { ApiClient } from './support/api-client.ts';

const origin = inject('origin');

/** What `npm run token` prints. */
async function token(...args: string[]): Promise<string> {
  const env = { ...process.env, PORT: new URL(origin).port };
  const { stdout } = await promisify(execFile)('node', [join(ROOT, 'src/cli/token.ts'), ...args], { env });
  return stdout;
}

test.each([
  [[], 'ada', 'administrator'],
  [['olivia'], 'olivia', 'operator'],
])('npm run token %j prints a token for the API and nothing else', async (args, subject, role) => {
  const printed = await token(...args);
  expect(printed).toMatch(/^\S+\n$/);
  const { body } = await new ApiClient(origin, printed.trim()).get('/api/v1/me');
  expect(body).toMatchObject({
    subject,
    roles: [role],
    scopes: expect.arrayContaining(['account', 'admin']),
  });
});

test('without a gateway it says in one line what to do', async () => {
  const env = { ...process.env, PORT: '9' };
  const run = promisify(execFile)('node', [join(ROOT, 'src/cli/token.ts')], { env });
  await expect(run).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^gatehouse: no token from http:\/\/localhost:9 \(is "npm start" running there\?\): .*\n$/,
    ),
  });
});

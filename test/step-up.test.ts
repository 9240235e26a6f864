import { expect, inject, test } from 'vitest';
import { AgentIdentity } from '../src/cli/agent-identity.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2, SDK_2_LEGACY } from './support/sdk-2.ts';
import type { ClientLine } from './support/test-client.ts';

const url = new URL('/mcp/memory', inject('origin'));

/** An agent whose person allows what is asked for, and no more. */
async function frugalAgent(line: ClientLine) {
  const identity = new AgentIdentity('ada', `Frugal ${line.name}`, 'asked');
  const refused = line.begin(url, identity);
  await expect(refused.connect()).rejects.toBeInstanceOf(line.UnauthorizedError);
  await refused.finishAuth();
  const attempt = line.begin(url, identity);
  return { identity, attempt, client: await attempt.connect() };
}

/** What an agent may do by now; the SDKs ask for `offline_access` of their own accord. */
const scopesOf = (identity: AgentIdentity) =>
  identity
    .tokens()
    ?.scope?.split(' ')
    .filter(scope => scope !== 'offline_access')
    .toSorted();

test.each([SDK_2, SDK_2_LEGACY])(
  '$name begins with reading, and asks its user for more by itself when a call needs it',
  async line => {
    const { identity, attempt, client } = await frugalAgent(line);
    expect(scopesOf(identity)).toEqual(['mcp', 'memory:read']);
    expect((await client.call('list')).isError).not.toBe(true);
    const session = client.transport.sessionId;

    await expect(client.call('remember', { text: 'Stepped up.' })).rejects.toBeInstanceOf(
      line.UnauthorizedError,
    );
    await attempt.finishAuth();
    expect(scopesOf(identity)).toEqual(['mcp', 'memory:read', 'memory:write']);
    expect((await client.call('remember', { text: 'Stepped up.' })).isError).not.toBe(true);
    expect(client.transport.sessionId).toBe(session);
    await client.sdk.close();
  },
);

test('SDK 1.32, which only refreshes where it should ask its user, is told what is missing', async () => {
  const { client } = await frugalAgent(SDK_1);
  expect((await client.call('list')).isError).not.toBe(true);
  await expect(client.call('remember', { text: 'No.' })).rejects.toThrow(/403/);
  await client.sdk.close();
});

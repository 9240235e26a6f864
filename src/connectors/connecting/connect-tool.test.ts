import { expect, test } from 'vitest';
import { refusal } from '../../errors.fake.ts';
import { GatehouseError } from '../../errors.ts';
import { failure, type Outcome } from '../../protocol/message.ts';
import type { Connector } from '../connector.ts';
import { orConnectTool, withConnectTool } from './connect-tool.ts';

const MISSING = new GatehouseError('connection_missing', 'Notes is not connected yet.');
const OFFERED = { discovered: {}, tools: [{ name: 'search' }], prompts: [], resourceTemplates: [] };

function calling(outcome: Outcome) {
  const asked: string[] = [];
  const connector: Connector = {
    server: 'notes',
    version: '1',
    async call({ method }) {
      asked.push(method);
      return outcome;
    },
    async listen() {},
  };
  const call = (name: string) =>
    withConnectTool(connector).call(
      { method: 'tools/call', params: { name }, client: { capabilities: {} } },
      { signal: new AbortController().signal, notify() {} },
    );
  return { asked, call };
}

test('a server that says what it offers offers that, and goes on to have the tool that led there', async () => {
  const offered = await orConnectTool('notes', async () => OFFERED);
  expect(offered).toMatchObject(OFFERED);
  expect(offered.unlisted?.map(({ name }) => name)).toEqual(['gatehouse_connect']);
});

test.each(['connection_missing', 'connection_dead', 'connection_insufficient'] as const)(
  'one that does not for want of a connection (%s) offers to be connected',
  async code => {
    const failing = () => Promise.reject(new GatehouseError(code, 'Why not.'));
    const { tools, note } = await orConnectTool('notes', failing);
    expect([tools.map(({ name }) => name), note]).toEqual([['gatehouse_connect'], 'Why not.']);
  },
);

test('one that does not for another reason fails', async () => {
  const failing = () => Promise.reject(new GatehouseError('egress_failed', 'It is away.'));
  await expect(orConnectTool('notes', failing)).rejects.toThrow(refusal('egress_failed', /away/));
});

test('the tool fails as every call would, so that its caller is asked, and succeeds once the server is reached', async () => {
  const missing = calling(failure(MISSING));
  expect(await missing.call('gatehouse_connect')).toMatchObject({ kind: 'error', own: 'connection_missing' });
  expect(missing.asked).toEqual(['server/discover']);
  const there = calling({ kind: 'result', result: {} });
  expect(await there.call('gatehouse_connect')).toMatchObject({
    result: { content: [{ text: expect.stringContaining('list them again') }] },
  });
});

test('all other tools are called as they are', async () => {
  const there = calling({ kind: 'result', result: {} });
  await there.call('search');
  expect(there.asked).toEqual(['tools/call']);
});

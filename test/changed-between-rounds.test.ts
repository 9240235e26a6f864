import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ToolChanges } from '../src/catalog/server-document.ts';
import { operatorOf, publish, type SubmittedDocument } from './support/catalog.ts';
import { startModernFixture } from './support/peers/fixture.ts';
import { remoteDocument } from './support/peers/peer.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { signIn, type TestClient } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

/** A tool of the remote server. */
const ASKING = 'test_input_required_result_elicitation';

/** Two tools that ask for a name, and answer whoever says one; the first wants its state back, the second keeps none. */
const asking = (greeting: string) => `
  import { inputRequired, inputResponse } from '@modelcontextprotocol/server';
  import { z } from 'zod';
  const name = inputRequired.elicit({ message: 'Your name?', requestedSchema: z.object({ name: z.string() }) });
  const tool = more => ({
    description: 'Greets.',
    handler: (_args, { mcpReq }) => {
      const answer = inputResponse(mcpReq.inputResponses, 'name');
      if (answer.kind === 'elicit') return '${greeting} ' + answer.content?.name;
      return inputRequired({ inputRequests: { name }, ...more });
    },
  });
  export default { tools: { greet: tool({ requestState: 'asked' }), hail: tool({}) } };
`;

const server = (name: string, greeting: string, tools: ToolChanges = {}): SubmittedDocument => ({
  kind: 'code',
  name,
  title: name,
  description: 'Greets.',
  mainModule: 'main.js',
  modules: { 'main.js': asking(greeting) },
  tools,
});

/** One tool of each of two servers, the first's by another name. */
const gathering = (
  name: string,
  tool: string,
  [first, second]: readonly [string, string],
): SubmittedDocument => ({
  kind: 'virtual',
  name,
  title: name,
  description: 'Gathers two tools.',
  members: [
    { server: first, tools: { only: [tool], rename: { [tool]: 'say' } } },
    { server: second, tools: { only: [tool] } },
  ],
});

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({}, { CATALOG_CACHE_MS: '0', EGRESS_ALLOW_LOOPBACK: 'true' });
});

afterAll(() => gateway.stop());

/** Saves the second version of a server. */
async function change(document: SubmittedDocument): Promise<void> {
  const operator = await operatorOf(gateway);
  const path = `/api/v1/admin/servers/${document.name}?basedOn=1`;
  const { status, body } = await operator.call('PUT', path, document);
  if (status !== 200) throw new Error(`changing ${document.name} answered ${status}: ${body?.detail}`);
}

/** Approves a tool of a remote server, as soon as it is known. */
async function approve(server: string, name: string): Promise<void> {
  const operator = await operatorOf(gateway);
  const waiting = async () => {
    const { body } = await operator.call('GET', '/api/v1/admin/pins?state=waiting');
    const pins = body.pins as readonly { id: string; server: string; name: string }[];
    return pins.find(pin => pin.server === server && pin.name === name)?.id;
  };
  await expect.poll(waiting).toBeDefined();
  const path = `/api/v1/admin/pins/${encodeURIComponent((await waiting()) ?? '')}/approval`;
  expect((await operator.call('PUT', path)).status).toBe(204);
}

async function rollBack(name: string): Promise<void> {
  const operator = await operatorOf(gateway);
  const { status } = await operator.call('POST', `/api/v1/admin/servers/${name}/rollback?version=1`);
  expect(status).toBe(204);
}

/** What a client hears of a call, in words. */
async function heard(client: TestClient, name: string, args: object = {}): Promise<string> {
  try {
    return JSON.stringify((await client.call(name, { ...args })).content);
  } catch (error) {
    return String(error);
  }
}

const LINES = [
  { line: SDK_2, era: 'modern', refusal: /Invalid or expired requestState/ },
  { line: SDK_1, era: 'legacy', refusal: /an operator changed what serves it.*Call again to be asked anew/ },
] as const;

describe.each(LINES)('a user of $line.name who answers after an operator', ({ line, era, refusal }) => {
  /** A client whose user answers after something has happened. */
  async function answering(path: string, happens: () => Promise<unknown>): Promise<TestClient> {
    const client = await signIn(line, new URL(`${gateway.origin}/mcp/${path}`), 'ada');
    client.person.fillIn = async () => {
      await happens();
      return { action: 'accept', content: { name: 'Ada' } };
    };
    return client;
  }

  describe.each(['greet', 'hail'])('was asked by a tool (%s)', tool => {
    const named = (name: string) => `${name}-${era}-${tool}`;

    test('has described it anew: the answer arrives', async () => {
      const name = named('described');
      await publish(gateway, server(name, 'Hello'));
      const client = await answering(name, () =>
        change(server(name, 'Hello', { describe: { [tool]: 'Says hello.' } })),
      );
      expect(await heard(client, tool)).toContain('Hello Ada');
    });

    test('has given it other code: nothing arrives', async () => {
      const name = named('rewritten');
      await publish(gateway, server(name, 'Hello'));
      const client = await answering(name, () => change(server(name, 'Goodbye')));
      expect(await heard(client, tool)).toMatch(refusal);
    });

    test('has rolled it back: nothing arrives', async () => {
      const name = named('rolled');
      await publish(gateway, server(name, 'Hello'));
      await change(server(name, 'Goodbye'));
      const client = await answering(name, () => rollBack(name));
      expect(await heard(client, tool)).toMatch(refusal);
    });

    test('has given its name to another tool: nothing arrives', async () => {
      const name = named('renamed');
      const other = tool === 'greet' ? 'hail' : 'greet';
      await publish(gateway, server(name, 'Hello', { rename: { [tool]: 'say' } }));
      const client = await answering(name, () =>
        change(server(name, 'Hello', { rename: { [other]: 'say' } })),
      );
      expect(await heard(client, 'say')).toMatch(refusal);
    });

    test.each([
      ['by its name', (client: TestClient) => heard(client, 'say')],
      ['through call_tool', (client: TestClient) => heard(client, 'call_tool', { name: 'say' })],
    ])('gathers it from another server, where it was called %s: nothing arrives', async (how, call) => {
      const [first, second, all] = [`first-${how.length}`, `second-${how.length}`, `all-${how.length}`];
      const members = [named(first), named(second)] as const;
      for (const member of members) await publish(gateway, server(member, 'Hello'));
      await publish(gateway, gathering(named(all), tool, members));
      const client = await answering(named(all), () =>
        change(gathering(named(all), tool, [members[1], members[0]])),
      );
      expect(await call(client)).toMatch(refusal);
      client.person.fillIn = () => ({ action: 'accept', content: { name: 'Bob' } });
      expect(await call(client)).toContain('Hello Bob');
    });
  });

  test('has given a remote server another address: nothing is called there', async () => {
    const [here, there] = await Promise.all([startModernFixture(), startModernFixture()]);
    const name = `moved-${era}`;
    await publish(gateway, remoteDocument(name, here.url));
    const client = await answering(name, async () => {
      await change(remoteDocument(name, there.url));
      await approve(name, ASKING);
    });
    expect(await heard(client, ASKING)).toMatch(refusal);
    expect(there.arrivals.map(({ headers }) => headers['mcp-method'])).not.toContain('tools/call');
    await Promise.all([here.stop(), there.stop()]);
  });
});

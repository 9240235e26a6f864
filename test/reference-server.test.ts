import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publish } from './support/catalog.ts';
import { type Peer, remoteDocument } from './support/peers/peer.ts';
import { startServerEverything } from './support/peers/server-everything.ts';
import { SDK_1 } from './support/sdk-1.ts';
import { SDK_2 } from './support/sdk-2.ts';
import { LINK_CAPABILITIES, signIn, type TestClient } from './support/test-client.ts';
import { startTestGateway, type TestGateway } from './support/test-gateway.ts';

/** The reference server of the protocol's authors, which we have not written, as a remote. */

let peer: Peer;
let gateway: TestGateway;

beforeAll(async () => {
  peer = await startServerEverything();
  gateway = await startTestGateway({}, { EGRESS_ALLOW_LOOPBACK: 'true' });
  await publish(gateway, remoteDocument('reference', peer.url));
});
afterAll(async () => {
  await gateway.stop();
  await peer.stop();
});

describe.each([SDK_1, SDK_2])('the reference server, to $name', line => {
  let client: TestClient;
  beforeAll(async () => {
    client = await signIn(line, new URL('/mcp/reference', gateway.origin), 'ada', LINK_CAPABILITIES);
  });
  afterAll(() => client.sdk.close());

  test('shows its tools, those for clients that can be asked as well', async () => {
    const { tools } = await client.sdk.listTools();
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'echo',
        'get-structured-content',
        'trigger-elicitation-request',
        'get-roots-list',
      ]),
    );
  });

  test('answers with text, an image, links and structured content', async () => {
    const said = async (name: string, args: Record<string, unknown> = {}) => client.call(name, args);
    expect((await said('echo', { message: 'hi' })).content).toEqual([{ type: 'text', text: 'Echo: hi' }]);
    expect((await said('get-tiny-image')).content).toContainEqual(
      expect.objectContaining({ type: 'image', mimeType: 'image/png' }),
    );
    expect((await said('get-resource-links', { count: 2 })).content).toContainEqual(
      expect.objectContaining({ type: 'resource_link' }),
    );
    const weather = { temperature: 33, conditions: 'Cloudy', humidity: 82 };
    const { structuredContent } = await said('get-structured-content', { location: 'New York' });
    expect(structuredContent).toEqual(weather);
  });

  test('asks for a form, a link and a sample', async () => {
    client.person.fillIn = () => ({ action: 'accept', content: { name: 'Ada' } });
    const form = await client.call('trigger-elicitation-request');
    expect(JSON.stringify(form.content)).toContain('- Name: Ada');

    const opened: string[] = [];
    client.person.open = ({ url }) => {
      opened.push(url);
      return { action: 'accept' };
    };
    await client.call('trigger-url-elicitation', { url: 'https://example.com/page' });
    expect(opened).toEqual(['https://example.com/page']);

    client.person.generate = prompt => `about ${prompt}`;
    const sampled = await client.call('trigger-sampling-request', { prompt: 'rain' });
    expect(JSON.stringify(sampled.content)).toContain(
      'about Resource trigger-sampling-request context: rain',
    );
  });

  test('reports the progress of a long operation', async () => {
    const steps: number[] = [];
    const onProgress = ({ progress }: { progress: number }) => void steps.push(progress);
    await client.call('trigger-long-running-operation', { duration: 0.3, steps: 3 }, { onProgress });
    // The server asks for roots once, of whichever call runs then: a round more, which the client counts as a step of its own.
    expect([...new Set(steps)]).toEqual([1, 2, 3]);
  });

  test('has prompts whose arguments complete by each other, and resources by templates', async () => {
    const { completion } = await client.sdk.complete({
      ref: { type: 'ref/prompt', name: 'completable-prompt' },
      argument: { name: 'name', value: '' },
      context: { arguments: { department: 'Sales' } },
    });
    expect(completion.values).toEqual(['David', 'Eve', 'Frank']);
    const args = { department: 'Sales', name: 'Eve' };
    const { messages } = await client.sdk.getPrompt({ name: 'completable-prompt', arguments: args });
    expect(JSON.stringify(messages)).toContain('Please promote Eve to the head of the Sales team.');
    const uri = 'demo://resource/dynamic/text/7';
    expect((await client.sdk.readResource({ uri })).contents).toMatchObject([
      { uri, mimeType: 'text/plain' },
    ]);
  });
});

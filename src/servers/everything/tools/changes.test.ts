import { afterAll, describe, expect, it } from 'vitest';
import { connect } from '../client.fake.ts';
import { WATCHED_URI } from '../watched.ts';

describe('tools that make subscriptions speak', async () => {
  const client = await connect();
  afterAll(() => client.close());

  it.each([
    ['test_trigger_tool_change', { toolsListChanged: true }, 'notifications/tools/list_changed'],
    ['test_trigger_prompt_change', { promptsListChanged: true }, 'notifications/prompts/list_changed'],
  ] as const)('%s reaches an open subscription', async (name, filter, method) => {
    const { promise: told, resolve } = Promise.withResolvers<void>();
    client.setNotificationHandler(method, () => resolve());
    const subscription = await client.listen(filter);
    await client.callTool({ name });
    await told;
    await subscription.close();
  });

  it('tells of a new text, which can then be read', async () => {
    const { promise: updated, resolve } = Promise.withResolvers<string>();
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => resolve(params.uri));
    const subscription = await client.listen({ resourceSubscriptions: [WATCHED_URI] });
    await client.callTool({ name: 'set_watched_text', arguments: { text: 'fresh paint' } });
    expect(await updated).toBe(WATCHED_URI);
    const { contents } = await client.readResource({ uri: WATCHED_URI });
    expect(contents[0]).toMatchObject({ text: 'fresh paint' });
    await subscription.close();
  });
});

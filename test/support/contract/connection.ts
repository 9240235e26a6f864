import { describe, expect } from 'vitest';
import type { ClientTest } from './client-test.ts';

/** What any client finds when it connects, and what keeps it connected. */
export function describeConnection(it: ClientTest): void {
  describe('connecting', () => {
    it('is told at /mcp/everything who serves it', ({ everything }) => {
      expect(everything.sdk.getServerVersion()).toMatchObject({ name: 'everything', title: 'Everything' });
      expect(everything.sdk.getInstructions()).toContain('A playground');
      expect(everything.sdk.getServerCapabilities()).toMatchObject({
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        completions: {},
        logging: {},
      });
    });

    it('is told at /mcp/memory who serves it', ({ memory }) => {
      expect(memory.sdk.getServerVersion()).toMatchObject({ name: 'memory', title: 'Memory' });
      expect(memory.sdk.getInstructions()).toContain('Notes that last beyond this session');
    });

    it('meets the gateway itself at /mcp, with the instructions of all servers', ({ all }) => {
      expect(all.sdk.getServerVersion()).toMatchObject({ name: 'gatehouse' });
      expect(all.sdk.getInstructions()).toContain('A playground');
      expect(all.sdk.getInstructions()).toContain('Notes that last beyond this session');
    });

    it('reaches the gateway at any time', async ({ everything, memory, all }) => {
      for (const client of [everything, memory, all]) await expect(client.reach()).resolves.toBeDefined();
    });

    it('refreshes a token that is not taken any more, without its user', async ({ connect }) => {
      const client = await connect('/mcp/memory');
      const { identity } = client;
      const { callback } = identity;
      const tokens = identity.tokens();
      if (!tokens) throw new Error('no tokens');
      identity.saveTokens({ ...tokens, access_token: 'expired' });
      await expect(client.call('list')).resolves.toMatchObject({ structuredContent: expect.anything() });
      expect(identity.accessToken).not.toBe('expired');
      expect(identity.accessToken).not.toBe(tokens.access_token);
      expect(identity.callback).toBe(callback);
      await client.sdk.close();
    });
  });
}

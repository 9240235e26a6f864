import { describe, expect, inject } from 'vitest';
import type { ClientLine } from '../test-client.ts';
import type { ClientTest } from './client-test.ts';

/** The sessions of the 2025 revisions. */
export function describeSession(it: ClientTest, line: ClientLine): void {
  describe('a session', () => {
    it('goes on for a client that has its id and its grant, until it is ended', async ({ connect }) => {
      const first = await connect('/mcp/everything');
      const { sessionId } = first.transport;
      expect(sessionId).toMatch(/^v1\./);

      const url = new URL('/mcp/everything', inject('origin'));
      const second = await line.begin(url, first.identity, sessionId).connect();
      await expect(second.reach()).resolves.toBeDefined();
      expect(second.transport.sessionId).toBe(sessionId);

      await first.transport.terminateSession();
      const refused: unknown = await second.reach().catch(error => error);
      expect(statusesOf(refused)).toContain(404);
      await Promise.all([first.sdk.close(), second.sdk.close()]);
    });
  });
}

/** SDK 1 names the HTTP status `code`, SDK 2 `status`. */
function statusesOf(error: unknown): unknown[] {
  const { code, status } = error as { code?: unknown; status?: unknown };
  return [code, status];
}

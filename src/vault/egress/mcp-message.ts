import * as z from 'zod';
import { fromUtf8 } from '../../crypto/bytes.ts';

/** Methods of MCP, of all revisions, that change nothing at a server but what it knows of this client. */
const SAFE_METHODS: readonly string[] = [
  'completion/complete',
  'initialize',
  'logging/setLevel',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'server/discover',
  'subscriptions/listen',
  'tools/list',
];

const messageSchema = z.object({ method: z.string() });

/** Whether a message to an MCP server surely changes nothing. A call of a tool may, an answer to a question of one too. */
export function isSafeMessage(body: Uint8Array | null): boolean {
  if (body === null) return true;
  try {
    const { method } = messageSchema.parse(JSON.parse(fromUtf8(body)));
    return SAFE_METHODS.includes(method) || method.startsWith('notifications/');
  } catch {
    return false;
  }
}

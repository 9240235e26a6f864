import type { OAuthHelpers } from '@cloudflare/workers-oauth-provider';
import { expect, test } from 'vitest';
import { clientNames } from './client-names.ts';

const NEVER = new Promise<never>(() => {});
const KNOWN: Readonly<Record<string, () => unknown>> = {
  editor: async () => ({ clientName: 'Editor' }),
  nameless: async () => ({}),
  gone: async () => null,
  'https://down.example/client.json': async () => {
    throw new Error('unreachable');
  },
  'https://slow.example/client.json': () => NEVER,
};
const oauth = { lookupClient: (id: string) => KNOWN[id]?.() } as unknown as OAuthHelpers;

test('clients that are gone, nameless, down or slow are left out, and hold nobody up', async () => {
  expect([...(await clientNames(oauth, [...Object.keys(KNOWN), 'editor'], 20))]).toEqual([
    ['editor', 'Editor'],
  ]);
});

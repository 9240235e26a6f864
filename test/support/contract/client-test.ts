import { test as base, inject } from 'vitest';
import { type ClientLine, signIn } from '../test-client.ts';

/**
 * The `it` of one client line: its tests can ask for a client at any of the three endpoints. Each is signed in
 * and connected once per file, when the first test asks for it.
 */
export function clientTest(line: ClientLine, user: string, otherUser: string) {
  const connect = (path: string, who = user) => signIn(line, new URL(path, inject('origin')), who);
  return base
    .extend('users', { user, otherUser })
    .extend('connect', { scope: 'file' }, () => connect)
    .extend('everything', { scope: 'file' }, ({ connect }, { onCleanup }) =>
      kept(connect('/mcp/everything'), onCleanup),
    )
    .extend('memory', { scope: 'file' }, ({ connect }, { onCleanup }) =>
      kept(connect('/mcp/memory'), onCleanup),
    )
    .extend('all', { scope: 'file' }, ({ connect }, { onCleanup }) => kept(connect('/mcp'), onCleanup));
}

/** The type of `clientTest`'s result: what contracts take. */
export type ClientTest = ReturnType<typeof clientTest>;

async function kept<Client extends { sdk: { close(): Promise<void> } }>(
  connecting: Promise<Client>,
  onCleanup: (cleanup: () => Promise<void>) => void,
): Promise<Client> {
  const client = await connecting;
  onCleanup(() => client.sdk.close());
  return client;
}

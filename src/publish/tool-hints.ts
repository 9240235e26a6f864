import { isObject, type JsonObject } from '../protocol/message.ts';
import { knownServers } from './known-servers.ts';
import { listedServers } from './listed-servers.ts';
import type { Publisher } from './publisher.ts';

/** What the tools of all servers say of themselves now, as far as it is known here; nothing of a tool that is not known. */
export async function toolHintsOf(
  publisher: Publisher,
): Promise<(server: string, tool: string) => JsonObject> {
  const servers = (await listedServers(publisher)).filter(({ kind }) => kind !== 'virtual');
  const hints = new Map<string, JsonObject>();
  for (const { name, definitions } of await knownServers(servers, publisher)) {
    for (const tool of definitions?.tools ?? []) {
      if (isObject(tool.annotations)) hints.set(keyOf(name, String(tool.name)), tool.annotations);
    }
  }
  return (server, tool) => hints.get(keyOf(server, tool)) ?? {};
}

function keyOf(server: string, tool: string): string {
  return JSON.stringify([server, tool]);
}

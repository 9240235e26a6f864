import type { CompiledPolicy } from '../../policy/compiled-policy.ts';
import type { Called, Caller } from '../../policy/facts.ts';
import type { JsonObject } from '../../protocol/message.ts';
import type { GovernedServer } from './governed-call.ts';

/** Whether a caller may see something of a server, by its own name of it, or of a resource by its URI. */
export type MayShow = (kind: Called['kind'], name: unknown, annotations?: JsonObject) => boolean;

/** What a policy shows of one server to one caller, now. */
export function shownBy(policy: CompiledPolicy, caller: Caller, server: GovernedServer): MayShow {
  const { name: serverName, connections } = server;
  return (kind, name, annotations = {}) =>
    policy.mayShow({
      caller,
      called: {
        tenant: caller.tenant,
        server: serverName,
        kind,
        name: String(name),
        annotations,
        connections,
      },
      arguments: null,
      atMs: Date.now(),
    });
}

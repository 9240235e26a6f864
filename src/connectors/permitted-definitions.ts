import type { CompiledPolicy } from '../policy/compiled-policy.ts';
import type { Called, Caller } from '../policy/facts.ts';
import { isObject, type JsonObject } from '../protocol/message.ts';
import type { GovernedServer } from './governed/governed-call.ts';
import type { OfferedDefinitions } from './upstream.ts';

/** What a server offers, without what the policy denies to whoever asks. */
export function permittedDefinitions(
  definitions: OfferedDefinitions,
  policy: CompiledPolicy,
  caller: Caller,
  server: GovernedServer,
): OfferedDefinitions {
  const mayShow = (kind: Called['kind'], name: unknown, { annotations }: JsonObject) =>
    policy.mayShow({
      caller,
      called: {
        tenant: caller.tenant,
        server: server.name,
        kind,
        name: String(name),
        annotations: isObject(annotations) ? annotations : {},
        connections: server.connections,
      },
      arguments: null,
      atMs: Date.now(),
    });
  return {
    ...definitions,
    tools: definitions.tools.filter(tool => mayShow('tool', tool.name, tool)),
    prompts: definitions.prompts.filter(prompt => mayShow('prompt', prompt.name, {})),
    resourceTemplates: definitions.resourceTemplates.filter(template =>
      mayShow('resource', template.uriTemplate, {}),
    ),
  };
}

import type { CompiledPolicy } from '../policy/compiled-policy.ts';
import type { Caller } from '../policy/facts.ts';
import { isObject, type JsonObject } from '../protocol/message.ts';
import type { GovernedServer } from './governed/governed-call.ts';
import { type MayShow, shownBy } from './governed/shown-by.ts';
import type { OfferedDefinitions } from './upstream.ts';

/**
 * What a server offers, without what the policy denies to whoever asks. What is denied can still be called, so that the refusal names
 * the rule and is on record; and templates still claim their URIs, so that no other server gets what is meant for this one.
 */
export function permittedDefinitions(
  definitions: OfferedDefinitions,
  policy: CompiledPolicy,
  caller: Caller,
  server: GovernedServer,
): OfferedDefinitions {
  const mayShow = shownBy(policy, caller, server);
  const tools = parted(definitions.tools, tool => mayShow('tool', tool.name, annotationsOf(tool)));
  const prompts = parted(definitions.prompts, ({ name }) => mayShow('prompt', name));
  const templates = definitions.resourceTemplates.filter(({ uriTemplate }) =>
    mayShow('resource', uriTemplate),
  );
  const shown = { tools: tools.shown, prompts: prompts.shown, resourceTemplates: templates };
  const isDenied = offersNothing(shown) && !mayShowMore(definitions, mayShow);
  return {
    ...definitions,
    ...shown,
    claims: definitions.resourceTemplates,
    denied: { tools: tools.others, prompts: prompts.others },
    ...(isDenied && { isDenied, discovered: silenced(definitions.discovered) }),
  };
}

/** Whether something that is in no definitions may be there: a resource that no rule names, or a tool that the server adds. */
function mayShowMore({ discovered }: OfferedDefinitions, mayShow: MayShow): boolean {
  const { capabilities } = discovered;
  const { tools, prompts, resources } = isObject(capabilities) ? capabilities : {};
  return (
    (tools !== undefined && mayShow('tool', '')) ||
    (prompts !== undefined && mayShow('prompt', '')) ||
    (resources !== undefined && mayShow('resource', ''))
  );
}

function offersNothing({
  tools,
  prompts,
  resourceTemplates,
}: Pick<OfferedDefinitions, 'tools' | 'prompts' | 'resourceTemplates'>): boolean {
  return tools.length + prompts.length + resourceTemplates.length === 0;
}

/** Of a server that is denied entirely agents are told nothing; what it can do stays, since a session of 2025 cannot learn it later. */
function silenced({ instructions: _instructions, ...discovered }: JsonObject): JsonObject {
  return discovered;
}

function annotationsOf({ annotations }: JsonObject): JsonObject {
  return isObject(annotations) ? annotations : {};
}

function parted<Item>(items: readonly Item[], isShown: (item: Item) => boolean) {
  const shown: Item[] = [];
  const others: Item[] = [];
  for (const item of items) (isShown(item) ? shown : others).push(item);
  return { shown, others };
}

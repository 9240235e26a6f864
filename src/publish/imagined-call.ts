import * as z from 'zod';
import { type Member, tenantOf } from '../grants/tenant.ts';
import type { Called, Facts } from '../policy/facts.ts';
import { isObject, type JsonObject } from '../protocol/message.ts';
import { type ListedServer, listedServer } from './listed-servers.ts';
import type { Publisher } from './publisher.ts';
import { unknownServer } from './refusal.ts';
import { shownTools } from './shown-tools.ts';

const text = z.string().max(2048);

/** A call that nobody makes: to be decided about. */
export const simulatedCallSchema = z.strictObject({
  user: text,
  client: text.default(''),
  /** Those of the user's last sign-in, where they are left out. */
  roles: z.array(z.enum(['administrator', 'operator', 'auditor', 'member'])).optional(),
  groups: z.array(text).max(1000).default([]),
  country: z.string().length(2).nullable().default(null),
  server: text,
  kind: z.enum(['tool', 'prompt', 'resource']).default('tool'),
  /** The server's own name of the tool or the prompt, or the URI of the resource. */
  name: text,
  /** Unknown, where they are left out. */
  arguments: z.record(z.string(), z.unknown()).optional(),
  at: z.iso.datetime({ offset: true }).optional(),
});

export type SimulatedCall = z.output<typeof simulatedCallSchema>;

/** What a policy is asked, and what else whoever asks should know: a call may fail for other reasons than the policy. */
export interface ImaginedCall {
  readonly facts: Facts;
  readonly notes: readonly string[];
}

/** Looks up all that a call says of itself by being made. @throws GatehouseError `server_unknown`. */
export async function imaginedCall(said: SimulatedCall, publisher: Publisher): Promise<ImaginedCall> {
  const { env, principal } = publisher;
  const { tenant } = principal;
  const [server, member] = await Promise.all([
    listedServer(publisher, said.server),
    tenantOf(env, tenant).readMember(tenant, said.user),
  ]);
  if (!server) throw unknownServer(said.server);
  const annotations = said.kind === 'tool' ? await annotationsOf(server, said.name, publisher) : {};
  const { user: subject, client, roles = member?.roles ?? ['member'], groups, country } = said;
  const { kind, name } = said;
  const called: Called = {
    tenant,
    server: server.name,
    kind,
    name,
    annotations: annotations ?? {},
    connections: server.connections,
  };
  const facts = {
    caller: { tenant, subject, client, roles, groups, country },
    called,
    arguments: said.arguments ?? null,
    atMs: said.at === undefined ? Date.now() : Date.parse(said.at),
  };
  return { facts, notes: [...notesOn(server, annotations), ...notesOnUser(member)] };
}

/** What a tool says of itself; null where it is not known. */
async function annotationsOf(
  server: ListedServer,
  name: string,
  publisher: Publisher,
): Promise<JsonObject | null> {
  const { tools } = await shownTools(server, publisher);
  const tool = tools.find(each => each.name === name);
  if (!tool) return null;
  return isObject(tool.definition.annotations) ? tool.definition.annotations : {};
}

function notesOn({ name, isEnabled, isSetUp }: ListedServer, annotations: JsonObject | null): string[] {
  return [
    ...(annotations === null
      ? [
          `No tool of this name is known of "${name}": it is decided about as one that says nothing of itself.`,
        ]
      : []),
    ...(isEnabled && isSetUp ? [] : [`The server "${name}" is not in use, so nobody can call it.`]),
  ];
}

function notesOnUser(member: Member | null): string[] {
  if (!member) return ['Nobody with this subject has signed in here.'];
  return member.isSuspended ? ['The user is suspended, so they can call nothing.'] : [];
}

import { membersAmong, type Placed } from '../catalog/catalog.ts';
import type { DocumentOf, ServerDocument, ToolChanges } from '../catalog/server-document.ts';
import type { CatalogEntry } from '../catalog/server-version.ts';
import { shownDefinitions } from '../connectors/shown-definitions.ts';
import { type KnownServer, knownServers, shownName } from './known-servers.ts';
import { listedServers } from './listed-servers.ts';
import type { Prepare, Publisher } from './publisher.ts';
import { invalid, listed } from './refusal.ts';
import { checkToolChanges, repeated } from './tool-changes.ts';

type Virtual = DocumentOf<'virtual'>;

/** Accepts tools of several servers under one name: the servers must be there, and no two tools may come to have one name. */
export const prepareVirtual: Prepare<'virtual'> = async (document, publisher) => {
  const members = await membersOf(document, publisher);
  for (const { server, tools } of document.members) checkMember(members.get(server), tools);
  checkExactNames(document);
  const placed = membersAmong([...members.values()], document.members);
  const [twice] = repeated(placed.flatMap(namesKnownAt));
  if (twice !== undefined)
    throw invalid(`members: two tools would be "${twice}". Rename one of them, or leave it out by "except".`);
  return { document, artifacts: {} };
};

/**
 * A virtual server gathers no virtual ones, so what others gather cannot become one.
 * @throws GatehouseError `server_invalid`.
 */
export async function refuseGathered(
  { kind, name }: ServerDocument,
  { store }: Pick<Publisher, 'store'>,
): Promise<void> {
  if (kind !== 'virtual') return;
  const others = await thoseThatGather(name, store);
  if (others.length === 0) return;
  throw invalid(`kind: "${name}" is a member of ${listed(others)}, so it cannot be virtual itself.`);
}

/**
 * What others gather tools from cannot go.
 * @throws GatehouseError `server_invalid`.
 */
export async function refuseMember(name: string, store: Publisher['store']): Promise<void> {
  const others = await thoseThatGather(name, store);
  if (others.length === 0) return;
  throw invalid(
    `name: "${name}" is a member of ${listed(others)}. Take it out there, or delete these first.`,
  );
}

async function thoseThatGather(name: string, store: Publisher['store']): Promise<readonly string[]> {
  const others = (await store.list()).filter(entry => entry.name !== name && gathers(entry, name));
  return others.map(other => other.name);
}

function gathers({ current: { document } }: CatalogEntry, name: string): boolean {
  return document.kind === 'virtual' && document.members.some(({ server }) => server === name);
}

async function membersOf(
  { name, members }: Virtual,
  publisher: Publisher,
): Promise<ReadonlyMap<string, KnownServer>> {
  const wanted = members.map(({ server }) => server);
  const [twice] = repeated(wanted);
  if (twice !== undefined) throw invalid(`members: "${twice}" is there twice. Name each server once.`);
  const there = (await listedServers(publisher)).filter(
    each => each.name !== name && each.kind !== 'virtual',
  );
  const names = there.map(each => each.name);
  const unknown = wanted.filter(server => !names.includes(server));
  if (unknown.length > 0) throw unknownMembers(unknown, names);
  const known = await knownServers(
    there.filter(each => wanted.includes(each.name)),
    publisher,
  );
  return new Map(known.map(member => [member.name, member]));
}

/** What a virtual server says of a member's tools is of those that the server's own document leaves. */
function checkMember(member: KnownServer | undefined, changes: ToolChanges): void {
  if (!member?.definitions) return;
  checkToolChanges(shownDefinitions(member.definitions, member.tools), changes);
}

/** The names of a member's tools, as far as they are known, as the virtual server shows them. */
function namesKnownAt(placed: Placed<KnownServer>): readonly string[] {
  const { definitions } = placed.entry;
  if (definitions === null) return Object.values(placed.exactNames);
  return definitions.tools.flatMap(tool => shownName(placed, tool) ?? []);
}

/** A name that begins as those of a member do may be that of one of its tools, if not now then later. */
function checkExactNames({ members }: Virtual): void {
  const exact = members.flatMap(({ tools }) => Object.values(tools.rename ?? {}));
  for (const { server } of members) {
    const taken = exact.find(name => name.startsWith(`${server}_`));
    if (taken === undefined) continue;
    throw invalid(
      `members: the name "${taken}" could be that of a tool of "${server}", whose names begin so. Choose another.`,
    );
  }
}

function unknownMembers(unknown: readonly string[], there: readonly string[]) {
  return invalid(
    `members: there is no server ${listed(unknown)} that tools could be gathered from. Those there are: ${listed(there)}.`,
  );
}

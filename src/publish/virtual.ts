import { mergedChanges } from '../catalog/catalog.ts';
import type { Definitions } from '../catalog/definitions.ts';
import type { DocumentOf, ServerDocument, ToolChanges } from '../catalog/server-document.ts';
import type { CatalogEntry } from '../catalog/server-version.ts';
import { namesOf } from '../connectors/names.ts';
import { shownDefinitions } from '../connectors/shown-definitions.ts';
import { isDevelopment } from '../env.ts';
import { HOSTED_SERVERS } from '../runtime/hosted-servers.ts';
import { availableIn } from '../runtime/offered-servers.ts';
import { addedDefinitions, hostedDefinitions } from './known-definitions.ts';
import type { Prepare, Publisher } from './publisher.ts';
import { invalid, listed } from './refusal.ts';
import { checkToolChanges, repeated } from './tool-changes.ts';

type Virtual = DocumentOf<'virtual'>;

/** A member, with what its server offers as its own document has it shown. */
interface Member {
  readonly server: string;
  /** What the server's own document says of its tools. */
  readonly own: ToolChanges;
  /** What the virtual server says of them. */
  readonly tools: ToolChanges;
  /** Null for a server that nobody has asked yet. */
  readonly definitions: Definitions | null;
}

/** Accepts tools of several servers under one name: the servers must be there, and no two tools may come to have one name. */
export const prepareVirtual: Prepare<'virtual'> = async (document, publisher) => {
  const members = await membersOf(document, publisher);
  for (const { definitions, tools } of members) if (definitions) checkToolChanges(definitions, tools);
  checkExactNames(members);
  const [twice] = repeated(members.flatMap(namesAt));
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

async function membersOf({ name, members }: Virtual, publisher: Publisher): Promise<readonly Member[]> {
  const [twice] = repeated(members.map(({ server }) => server));
  if (twice !== undefined) throw invalid(`members: "${twice}" is there twice. Name each server once.`);
  const entries = (await publisher.store.list()).filter(entry => entry.name !== name);
  const known = new Map(entries.map(entry => [entry.name, entry]));
  const { settings } = publisher;
  const hosted = HOSTED_SERVERS.filter(availableIn(isDevelopment(settings)));
  const there = [...hosted, ...entries.filter(({ kind }) => kind !== 'virtual')].map(each => each.name);
  const unknown = members.map(({ server }) => server).filter(server => !there.includes(server));
  if (unknown.length > 0) throw unknownMembers(unknown, there);
  return Promise.all(
    members.map(async ({ server, tools }) => {
      const entry = known.get(server);
      const code = hosted.find(each => each.name === server);
      const own = entry ? changesOf(entry.current.document) : {};
      const all = code
        ? await hostedDefinitions(code, publisher)
        : await addedDefinitions(entry as CatalogEntry, publisher);
      return { server, own, tools, definitions: all && shownDefinitions(all, own) };
    }),
  );
}

function changesOf(document: ServerDocument): ToolChanges {
  return document.kind === 'virtual' ? {} : document.tools;
}

/** The names of a member's tools, as far as they are known, as the virtual server shows them. */
function namesAt({ server, own, tools, definitions }: Member): readonly string[] {
  const exact = tools.rename ?? {};
  if (definitions === null) return Object.values(exact);
  const changes = mergedChanges(own, tools);
  const names = namesOf({ server, isQualified: true, rename: changes.rename ?? {}, exact });
  return shownDefinitions(definitions, tools).tools.map(({ name }) => names.outer('tools', name));
}

/** A name that begins as those of a member do may be that of one of its tools, if not now then later. */
function checkExactNames(members: readonly Member[]): void {
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
  const names = listed([...new Set(there)].toSorted());
  return invalid(
    `members: there is no server ${listed(unknown)} that tools could be gathered from. Those there are: ${names}.`,
  );
}

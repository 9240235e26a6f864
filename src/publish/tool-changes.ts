import { isShown } from '../catalog/catalog.ts';
import type { Definitions } from '../catalog/definitions.ts';
import type { ToolChanges } from '../catalog/server-document.ts';
import { invalid, listed } from './refusal.ts';

/** A server may have a thousand tools; so many of them are named to whoever has named a wrong one. */
const MAX_NAMED = 50;

/** What changes may speak of. */
type OfferedTools = Pick<Definitions, 'tools'>;

/**
 * Checks how the tools of a server are to be shown against those that it has: every one that is named must be there, and no two may
 * come to have one name. Pure, and for servers of every kind: `prepare` calls it for each whose definitions are among its artifacts, so
 * that what prepares one kind need not; servers of the monorepo and members of virtual ones bring their definitions themselves. What
 * a remote server offers is another thing for each user, so its document may speak of tools that are not there.
 * @throws GatehouseError `server_invalid`, naming the member that is wrong and the tools that there are.
 */
export function checkToolChanges(definitions: OfferedTools, changes: ToolChanges): void {
  const own = definitions.tools.map(({ name }) => String(name));
  for (const [member, names] of Object.entries(namedBy(changes))) {
    const unknown = names.filter(name => !own.includes(name));
    if (unknown.length > 0) throw unknownTools(member, unknown, own);
  }
  const { rename = {} } = changes;
  const shown = own.filter(name => isShown(changes, name)).map(name => renamed(rename, name));
  const [twice] = repeated(shown);
  if (twice !== undefined)
    throw invalid(`tools.rename: two tools would be "${twice}". Give each tool a name of its own.`);
}

/** Names that come more than once, each once. */
export function repeated(names: readonly string[]): readonly string[] {
  return [...Map.groupBy(names, name => name)].filter(([, those]) => those.length > 1).map(([name]) => name);
}

/** The tools that each member of changes speaks of. */
function namedBy({ only = [], except = [], rename = {}, describe = {} }: ToolChanges) {
  return { only, except, rename: Object.keys(rename), describe: Object.keys(describe) };
}

function renamed(rename: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(rename, name) ? (rename[name] ?? name) : name;
}

function unknownTools(member: string, unknown: readonly string[], own: readonly string[]) {
  const more = own.length > MAX_NAMED ? ` and ${own.length - MAX_NAMED} more` : '';
  const there = `${listed(own.toSorted().slice(0, MAX_NAMED))}${more}`;
  return invalid(
    `tools.${member}: there is no tool ${listed(unknown)}. The tools of this server are: ${there}.`,
  );
}

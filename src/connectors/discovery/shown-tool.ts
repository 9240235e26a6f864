import type { JsonObject } from '../../protocol/message.ts';
import type { Connector } from '../connector.ts';
import type { ReadyUpstream } from '../upstream.ts';

/** A tool of a server behind an endpoint. */
export interface ShownTool {
  readonly connector: Connector;
  /** Its name at the endpoint. */
  readonly name: string;
  /** Its definition, with its server's own name. */
  readonly item: JsonObject;
}

/** All tools of an endpoint, in the order of its lists. */
export function shownTools(ready: readonly ReadyUpstream[]): ShownTool[] {
  return ready.flatMap(({ connector, names, definitions }) =>
    definitions.tools.map(item => ({ connector, name: names.outer('tools', item.name), item })),
  );
}

/** Its definition as the endpoint shows it. */
export function definitionOf({ name, item }: ShownTool): JsonObject {
  return { ...item, name };
}

/** What a server has said of a tool in words: its title, unless the description begins with that, and its description. */
export function descriptionOf({ item }: ShownTool): string {
  const [title, description] = [item.title, item.description].map(text =>
    typeof text === 'string' ? text : '',
  );
  if (!title || description?.toLowerCase().startsWith(title.toLowerCase())) return description ?? '';
  return description ? `${title}: ${description}` : title;
}

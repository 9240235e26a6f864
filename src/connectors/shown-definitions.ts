import { isShown } from '../catalog/catalog.ts';
import type { ToolChanges } from '../catalog/server-document.ts';
import type { JsonObject } from '../protocol/message.ts';
import type { OfferedDefinitions } from './upstream.ts';

/** What a server offers, as an operator wants it shown: without hidden tools, with their descriptions. Names stay its own. */
export function shownDefinitions(definitions: OfferedDefinitions, changes: ToolChanges): OfferedDefinitions {
  const { describe = {} } = changes;
  const described = (tool: JsonObject) => {
    const name = String(tool.name);
    return Object.hasOwn(describe, name) ? { ...tool, description: describe[name] } : tool;
  };
  const tools = definitions.tools.filter(({ name }) => isShown(changes, String(name))).map(described);
  return { ...definitions, tools };
}

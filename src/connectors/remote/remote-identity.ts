import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import type { ServerEntry } from '../../catalog/catalog.ts';
import { isObject } from '../../protocol/message.ts';
import { metaOf } from '../../protocol/modern.ts';
import type { OfferedDefinitions } from '../upstream.ts';

/** Versions as they are written; anything else could be text for models. */
const VERSION = /^[A-Za-z0-9._+-]{1,64}$/;

/**
 * What a remote server offers, under the name that its operator has given it. What it calls itself is not pinned and reaches agents, so
 * of that only its version is shown.
 */
export function knownAs(
  { name, title, description }: Pick<ServerEntry, 'name' | 'title' | 'description'>,
  offered: OfferedDefinitions,
): OfferedDefinitions {
  const identity = {
    name,
    title,
    ...(description !== '' && { description }),
    version: versionIn(metaOf(offered.discovered)[SERVER_INFO_META_KEY]),
  };
  const _meta = { [SERVER_INFO_META_KEY]: identity };
  return { ...offered, discovered: { ...offered.discovered, _meta } };
}

function versionIn(own: unknown): string {
  const version = isObject(own) ? own.version : undefined;
  return typeof version === 'string' && VERSION.test(version) ? version : 'unknown';
}

import { isObject, type JsonObject, type Outcome } from '../../protocol/message.ts';
import type { MayShow } from './shown-by.ts';

/** What comes of a list of resources, without those that may not be shown. */
export function permittedResources(outcome: Outcome, mayShow: MayShow): Outcome {
  if (outcome.kind === 'error' || !Array.isArray(outcome.result.resources)) return outcome;
  const resources = outcome.result.resources.filter(item => isObject(item) && mayShow('resource', item.uri));
  return { ...outcome, result: { ...outcome.result, resources } };
}

/** What of a subscription filter may be asked for. */
export function permittedFilter(filter: JsonObject, mayShow: MayShow): JsonObject {
  const { resourceSubscriptions, ...lists } = filter;
  if (!Array.isArray(resourceSubscriptions)) return filter;
  const uris = resourceSubscriptions.filter(uri => mayShow('resource', uri));
  return uris.length === 0 ? lists : { ...lists, resourceSubscriptions: uris };
}

import type { Definitions } from '../catalog/definitions.ts';
import { GatehouseError } from '../errors.ts';
import type { JsonObject } from '../protocol/message.ts';
import { makesUri, parsedTemplate, stepsOf, type UriTemplate } from '../protocol/uri-template.ts';
import type { Connector } from './connector.ts';
import type { OfferedDefinitions, Upstream } from './upstream.ts';

/** How much matching one question may cost, see `stepsOf`: some tenths of a second. Honest servers need less than a hundredth of it. */
const MAX_STEPS = 50_000_000;

/** What of a server's definitions claims URIs. */
type Claiming = Pick<OfferedDefinitions, 'resourceTemplates' | 'claims'>;

/** The work that is left for one question. */
export interface MatchingBudget {
  steps: number;
}

/** The work that one question of somebody may cost. */
export function matchingBudget(): MatchingBudget {
  return { steps: MAX_STEPS };
}

const PARSED = new WeakMap<Definitions['resourceTemplates'], readonly UriTemplate[]>();

/**
 * Whether a server claims a URI by what it offers: it is made by one of its templates, or is one, as completion names it. Once the
 * budget is used up, it is claimed where it only begins so: whoever wears it out gains nothing by it.
 */
export function claimsUri(
  { resourceTemplates: shown, claims: resourceTemplates = shown }: Claiming,
  uri: string,
  budget: MatchingBudget = matchingBudget(),
): boolean {
  if (resourceTemplates.some(({ uriTemplate }) => uriTemplate === uri)) return true;
  return parsedTemplates(resourceTemplates).some(template => {
    if (!uri.startsWith(template.start)) return false;
    budget.steps -= stepsOf(template, uri);
    return budget.steps < 0 || makesUri(template, uri);
  });
}

function parsedTemplates(resourceTemplates: readonly JsonObject[]): readonly UriTemplate[] {
  const known = PARSED.get(resourceTemplates);
  if (known) return known;
  const parsed = resourceTemplates
    .map(({ uriTemplate }) => (typeof uriTemplate === 'string' ? parsedTemplate(uriTemplate) : ''))
    .filter(template => typeof template !== 'string');
  PARSED.set(resourceTemplates, parsed);
  return parsed;
}

/** The servers whose answers claim something, and the first failure of those that could not say. */
export async function claimants<Value>(
  upstreams: readonly Upstream[],
  answers: readonly Promise<Value>[],
  claims: (value: Value) => boolean,
): Promise<{ readonly servers: readonly Connector[]; readonly failure: unknown }> {
  const outcomes = await Promise.allSettled(answers);
  const failed = outcomes.find(({ status }) => status === 'rejected');
  const servers = upstreams.filter((_upstream, index) => {
    const outcome = outcomes[index];
    return outcome?.status === 'fulfilled' && claims(outcome.value);
  });
  return {
    servers: servers.map(({ connector }) => connector),
    failure: failed?.status === 'rejected' ? failed.reason : undefined,
  };
}

/**
 * The one server that claims a URI.
 * @throws GatehouseError `resource_not_found`, unless there is one.
 */
export function theOnly([first, ...more]: readonly Connector[], uri: string): Connector {
  if (first && more.length === 0) return first;
  const names = [first, ...more].map(claimant => claimant?.server).join(', ');
  throw new GatehouseError(
    'resource_not_found',
    `Several servers have the resource ${uri}, so here it is nobody's: ${names}. It can be read at the endpoint of each, /mcp/<server>.`,
    { uri },
  );
}

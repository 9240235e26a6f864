import { GatehouseError } from '../errors.ts';
import { isLocalName, resolvesInward } from './inward-names.ts';
import { addressOf, specialRangeOf } from './special-address.ts';

/** Why a URL is not one of the public internet, for code and for tests. */
export type PrivateHostReason =
  | 'scheme'
  | 'special_address'
  | 'malformed_name'
  | 'local_name'
  | 'single_label'
  | 'inward_name';

/** A host that the gateway must not send a request to on behalf of a stranger. */
export interface PrivateHost {
  readonly reason: PrivateHostReason;
  /** As the URL parser normalised it. */
  readonly host: string;
  /** What is wrong, as the end of a sentence about the host. */
  readonly words: string;
}

/**
 * Decides whether a URL leads to the public internet, by its text alone: pure, and before anything is resolved.
 * It takes a parsed URL because the URL Standard's parser has then made one spelling of all: decimal, octal,
 * hexadecimal and short IPv4 addresses, full-width digits, percent-encoding and case; an IPv6 zone does not parse. That
 * holds only for http and https, so every other scheme is refused.
 *
 * A public name may still have a private address in DNS. No Worker can see what a name resolves to; in production the
 * compatibility flag `global_fetch_strictly_public` keeps such a request on the public internet.
 * @returns null for a public host.
 */
export function privateHostOf(url: URL): PrivateHost | null {
  const host = url.hostname;
  if (!/^https?:$/.test(url.protocol)) {
    return { reason: 'scheme', host, words: `is reached by "${url.protocol}", not by https or http` };
  }
  const address = addressOf(host);
  if (address) {
    const range = specialRangeOf(address);
    if (range === null) return null;
    return { reason: 'special_address', host, words: `is a special address (${range})` };
  }
  const rule = NAME_RULES.find(({ applies }) => applies(host));
  return rule ? { reason: rule.reason, host, words: rule.words } : null;
}

/**
 * Lets a URL pass that leads to the public internet, see {@link privateHostOf}.
 * @throws GatehouseError `host_not_public`, naming the host and what is wrong with it.
 */
export function requirePublicHost(url: URL): void {
  const found = privateHostOf(url);
  if (found) throw new GatehouseError('host_not_public', privateHostMessage(found));
}

/** A sentence for whoever named the host. */
export function privateHostMessage({ host, words }: PrivateHost): string {
  return `The host "${host}" is not on the public internet: it ${words}.`;
}

interface NameRule {
  readonly reason: PrivateHostReason;
  readonly applies: (name: string) => boolean;
  readonly words: string;
}

/** What is looked for in a name, in this order. */
const NAME_RULES: readonly NameRule[] = [
  {
    reason: 'malformed_name',
    // The root's dot makes a second spelling of each name, which would slip past every comparison of hosts.
    applies: name => name.split('.').includes(''),
    words: 'has an empty label or ends with a dot',
  },
  { reason: 'local_name', applies: isLocalName, words: 'is a name for use within a machine or network' },
  { reason: 'single_label', applies: name => !name.includes('.'), words: 'is a name without a domain' },
  { reason: 'inward_name', applies: resolvesInward, words: 'resolves, or may resolve, to a private address' },
];

import { addressOf, specialRangeOf } from './special-address.ts';

/**
 * Ends of names that mean something only within a machine or a network: RFC 6761 and RFC 6762 appendix G, `.arpa` for
 * infrastructure (home.arpa, RFC 8375), `.internal` (ICANN, 2024), `.onion` (RFC 7686), `.alt` (RFC 9476), and what
 * machines, clusters and container engines call their own.
 */
const LOCAL_ENDINGS: readonly string[] = [
  'localhost',
  'localdomain',
  'local',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'lan',
  'arpa',
  'onion',
  'alt',
  'test',
  'invalid',
  'svc',
];

/** Public names that resolve to loopback, or to whatever the caller says a moment later (DNS rebinding). */
const INWARD_DOMAINS: readonly string[] = [
  'localtest.me',
  'lvh.me',
  'vcap.me',
  'fuf.me',
  'lacolhost.com',
  'localho.st',
  '127-0-0-1.org.uk',
  'rbndr.us',
  '1u.ms',
];

/** Wildcard DNS services: a name under them resolves to the address that it spells. */
const ADDRESS_DOMAINS: readonly string[] = ['nip.io', 'sslip.io', 'xip.io', 'traefik.me', 'backname.io'];

/**
 * The one spelling under a wildcard DNS service that is taken: up to three words, then an IPv4 address, in dots or dashes.
 * The services read hexadecimal (eight digits) and IPv6 (eight groups) too, each by rules of its own, so anything that
 * could be one of these is refused rather than guessed.
 */
const SPELLED_ADDRESS =
  /^(?:(?![a-f]{8}[.-])[a-z]+[.-]){0,3}(\d{1,3}(?:\.\d{1,3}){3}|\d{1,3}(?:-\d{1,3}){3})$/;

/** Whether a name is reserved for use within a machine or a network. */
export function isLocalName(name: string): boolean {
  return LOCAL_ENDINGS.some(ending => isUnder(name, ending));
}

/** Whether a public name is known to resolve to somewhere that is not public. */
export function resolvesInward(name: string): boolean {
  if (INWARD_DOMAINS.some(domain => isUnder(name, domain))) return true;
  const service = ADDRESS_DOMAINS.find(domain => name.endsWith(`.${domain}`));
  return service !== undefined && !spellsPublicAddress(name.slice(0, -service.length - 1));
}

function spellsPublicAddress(spelling: string): boolean {
  const [, quad = ''] = SPELLED_ADDRESS.exec(spelling) ?? [];
  const address = addressOf(quad.replaceAll('-', '.'));
  return address !== null && specialRangeOf(address) === null;
}

function isUnder(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

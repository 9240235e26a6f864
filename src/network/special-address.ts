import ipaddr from 'ipaddr.js';

/** What is routed on the public internet: IANA allocates IPv6 global unicast addresses from this block only. */
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Addresses of the public ranges at which a cloud answers its own machines with their credentials. */
const METADATA_ADDRESSES: readonly string[] = [
  // Azure, "IP address 168.63.129.16": the agent's channel to the host.
  '168.63.129.16',
];

/** An IP address as a URL has it (IPv6 in brackets, RFC 3986 section 3.2.2) or bare; null for a name. */
export function addressOf(host: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const bare = host.startsWith('[') ? host.slice(1, -1) : host;
  // Other spellings of IPv4 are the URL parser's to normalise; here they would be names.
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.IPv4.parse(bare);
  return ipaddr.IPv6.isValid(bare) ? ipaddr.IPv6.parse(bare) : null;
}

/**
 * The special range that an address belongs to, such as `loopback`, `private` or `linkLocal` (the IANA
 * special-purpose registries, RFC 6890); null for one that is reached over the public internet. An IPv6 address
 * that carries an IPv4 one (mapped, compatible, NAT64, 6to4, Teredo) is special whichever it carries: where it
 * leads is for some gateway to say.
 */
export function specialRangeOf(address: ipaddr.IPv4 | ipaddr.IPv6): string | null {
  if (METADATA_ADDRESSES.includes(address.toString())) return 'metadata';
  const range = address.range();
  if (range !== 'unicast') return range;
  const isGlobal = address.kind() === 'ipv4' || address.match(GLOBAL_UNICAST_V6);
  return isGlobal ? null : 'unallocated';
}

import ipaddr from 'ipaddr.js';
import { addressOf } from './special-address.ts';

/** Set by the platform on each request, over whatever a client sent. The local runtime lets a client choose it. */
const CLIENT_ADDRESS_HEADER = 'cf-connecting-ip';

/** The part of an IPv6 address that its holder does not choose: networks are given /64 (RFC 6177). */
const NETWORK_GROUPS = 4;

/**
 * The address that a request counts by where something is limited per address: an IPv4 address, or the /64 of
 * an IPv6 one, in one spelling each. Requests without a readable address count together, as `unknown`.
 */
export function clientAddress(request: Request): string {
  const address = addressOf(request.headers.get(CLIENT_ADDRESS_HEADER) ?? '');
  if (address === null) return 'unknown';
  if (!(address instanceof ipaddr.IPv6)) return address.toString();
  if (address.isIPv4MappedAddress()) return address.toIPv4Address().toString();
  const network = address.parts.map((group, index) => (index < NETWORK_GROUPS ? group : 0));
  return `${new ipaddr.IPv6(network).toRFC5952String()}/64`;
}

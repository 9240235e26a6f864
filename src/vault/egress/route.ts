import { isLoopback } from '../../env.ts';
import { GatehouseError } from '../../errors.ts';
import { privateHostMessage, privateHostOf } from '../../network/public-host.ts';
import type { Connection } from '../connection.ts';
import { isAmbiguousPath, isUnderPath } from './path-rules.ts';

/** The methods that go out; not TRACE, which asks for the credential back, nor CONNECT. */
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Where a request is to go. */
export interface Destination {
  readonly url: URL;
  readonly method: string;
}

/**
 * The connection that a request belongs to: exact origin, method, and path by whole segments. Of several, the one with
 * the longest path, then the first that the server declares.
 * @param connections those that the server declares.
 * @param allowLoopback whether this machine may be reached, by http too.
 * @throws GatehouseError `egress_refused`, naming what would be right.
 */
export function connectionFor(
  destination: Destination,
  connections: readonly Connection[],
  allowLoopback: boolean,
): Connection {
  requireReachable(destination.url, allowLoopback);
  const ofOrigin = connections.filter(({ origins }) => origins.includes(destination.url.origin));
  if (ofOrigin.length === 0) throw refused('origin', originWords(destination.url, connections));
  const ofMethod = ofOrigin.filter(connection => methodsOf(connection).includes(destination.method));
  if (ofMethod.length === 0) throw refused('method', methodWords(destination.method, ofOrigin));
  if (isAmbiguousPath(destination.url.pathname)) throw refused('path', AMBIGUOUS);
  const ofPath = ofMethod.map(connection => ({
    connection,
    length: pathLength(destination.url, connection),
  }));
  const [best] = ofPath.filter(({ length }) => length >= 0).toSorted((a, b) => b.length - a.length);
  if (!best) throw refused('path', pathWords(destination.url, ofMethod));
  return best.connection;
}

/**
 * Lets an address pass that the gateway may send a request to at all, whatever connections there are.
 * @throws GatehouseError `egress_refused` for what no connection could make right.
 */
export function requireReachable(url: URL, allowLoopback: boolean): void {
  if (url.username !== '' || url.password !== '') {
    throw refused('user', 'The address must not hold a user name or password.');
  }
  if (allowLoopback && /^https?:$/.test(url.protocol) && isLoopback(url.hostname)) return;
  if (url.protocol !== 'https:') throw refused('scheme', 'The address must begin with "https:".');
  const found = privateHostOf(url);
  if (found) throw refused('host', privateHostMessage(found));
}

function methodsOf({ methods }: Connection): readonly string[] {
  return methods.length === 0 ? METHODS : methods;
}

/** The length of the longest path rule that holds; 0 where there are no rules, -1 where none holds. */
function pathLength({ pathname }: URL, { paths }: Connection): number {
  if (paths.length === 0) return 0;
  return Math.max(-1, ...paths.filter(path => isUnderPath(pathname, path)).map(({ length }) => length));
}

const AMBIGUOUS =
  'The path can be read in more than one way: it has encoded "." or ".." segments, control characters, or bytes that are no UTF-8. Write it without them.';

function originWords({ origin }: URL, connections: readonly Connection[]): string {
  const origins = connections.flatMap(({ id, origins }) => origins.map(each => `${each} (${id})`));
  return `The origin ${origin} belongs to no connection of this server. Its connections: ${list(origins)}.`;
}

function methodWords(method: string, connections: readonly Connection[]): string {
  const methods = connections.flatMap(methodsOf);
  return `The method ${method} is not open at this origin. Open are: ${list(methods)}.`;
}

function pathWords({ pathname }: URL, connections: readonly Connection[]): string {
  const paths = connections.flatMap(connection => connection.paths);
  return `The path ${pathname} is not open for this method. Open is what begins with: ${list(paths)}.`;
}

function list(words: readonly string[]): string {
  return words.length === 0 ? 'none' : [...new Set(words)].join(', ');
}

function refused(reason: string, message: string): GatehouseError {
  return new GatehouseError('egress_refused', message, { reason });
}

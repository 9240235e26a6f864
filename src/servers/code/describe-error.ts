/** A frame of a stack: a module with line and column, in brackets where the function has a name. */
const FRAME = /(?:\(|\bat )([^()\s]+\.m?js:\d+:\d+)\)?$/;

/** The folder of our own modules. */
const OURS = '@gatehouse/';

/** What somebody's code has thrown, with the line of theirs that it came from: `TypeError: x is not a function (index.js:3:5)`. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  const place = (error.stack ?? '')
    .split('\n')
    .map(line => FRAME.exec(line)?.[1])
    .find(found => found !== undefined && !found.startsWith(OURS));
  return `${error.name}: ${error.message}${place === undefined ? '' : ` (${place})`}`;
}

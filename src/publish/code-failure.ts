import { LIBRARY_NAMES } from '../runtime/uploaded-modules.ts';
import { listed } from './refusal.ts';

/** Modules that their author knows: neither ours nor the libraries. */
const UPLOADED = /^[^@].*\.(js|mjs|json|txt)$/;

/**
 * What the runtime says of code that does not start, as its author needs it: `SyntaxError: Unexpected token (index.js:2:10)`. It names
 * the place in a line of its own, and for a module that is missing the path that it looked for.
 * @param modules all names of the isolate's modules.
 */
export function startFailure(error: unknown, modules: readonly string[]): string {
  const [message = '', ...more] = textOf(error).split('\n');
  const place = more
    .map(line => /^\s*at (.+)$/.exec(line)?.[1])
    .find(found => found && !found.startsWith('@'));
  const text = `${message}${place ? ` (${place})` : ''}`;
  if (!message.includes('No such module')) return text;
  const importer = more.map(line => /^\s*imported from (".+")$/.exec(line)?.[1]).find(Boolean);
  return (
    `${text} ${importer ? `It is imported by ${importer}. ` : ''}There are the libraries ${listed(LIBRARY_NAMES)} ` +
    `and the modules ${listed(modules.filter(name => UPLOADED.test(name)))}.`
  );
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^Failed to start Worker:\n/, '').replace(/^Uncaught /, '');
}

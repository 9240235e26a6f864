import { addressOf, specialRangeOf } from '../network/special-address.ts';

const MAX_URI_LENGTH = 2000;

/**
 * Schemes without a dot that real MCP clients send codes to. RFC 8252 section 7.1 asks for a reversed domain name in a
 * private-use scheme, since nothing else tells whose it is; these are too widely installed to turn away.
 */
const APP_SCHEMES: ReadonlySet<string> = new Set([
  'cursor', // Cursor: cursor://anysphere.cursor-mcp/oauth/callback
  'vscode', // Visual Studio Code
  'vscode-insiders',
  'vscodium', // builds of the same code by others
  'code-oss',
  'windsurf',
  'kiro',
  'trae',
  'zed',
  'claude', // Claude Desktop
  'goose',
  'raycast',
  'warp',
  'lmstudio',
]);

interface UriRule {
  readonly isBroken: (uri: string) => boolean;
  readonly words: string;
}

/** What a redirect URI must not have, in this order. */
const RULES: readonly UriRule[] = [
  {
    isBroken: uri => uri.length > MAX_URI_LENGTH,
    words: `is longer than ${MAX_URI_LENGTH} characters`,
  },
  {
    // The library looks at URIs without the space around them, and browsers take a backslash for a slash.
    isBroken: uri => /[\s\p{Cc}\\]/u.test(uri),
    words: 'has whitespace, a control character or a backslash',
  },
  {
    // The library refuses a name or password; an empty one is a second spelling of the same address too.
    isBroken: uri => /^[^/?]*:\/\/[^/?]*@/.test(uri),
    words: 'has a user name or password',
  },
  {
    isBroken: uri => pathOf(uri).split('/').some(isDotSegment),
    words: 'has "." or ".." as a path segment',
  },
  {
    isBroken: uri => !isSchemeAllowed(uri),
    words:
      'must begin with https://, with http:// and a loopback host, or with a private-use scheme that has a dot, such as com.example.app: (RFC 8252 section 7.1)',
  },
];

/**
 * What is wrong with a redirect URI that the OAuth library accepts for registration, as the end of a sentence about it; null
 * where nothing is. The library has refused by then what does not parse, fragments, user names and script schemes.
 */
export function redirectUriProblem(uri: string): string | null {
  return RULES.find(({ isBroken }) => isBroken(uri))?.words ?? null;
}

function pathOf(uri: string): string {
  const [beforeQuery = ''] = uri.split('?', 1);
  return beforeQuery.slice(beforeQuery.indexOf(':') + 1);
}

function isDotSegment(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}

function isSchemeAllowed(uri: string): boolean {
  const { protocol, hostname } = new URL(uri);
  const scheme = protocol.slice(0, -1);
  // Without slashes a browser would take the rest for a path of ours.
  if (scheme === 'https') return /^https:\/\//i.test(uri);
  if (scheme === 'http') return /^http:\/\//i.test(uri) && isLoopbackHost(hostname);
  return scheme.includes('.') || APP_SCHEMES.has(scheme);
}

/** Loopback as RFC 8252 section 7.3 has it, and the name that clients use in spite of section 8.3. */
function isLoopbackHost(hostname: string): boolean {
  const address = addressOf(hostname);
  return hostname === 'localhost' || (address !== null && specialRangeOf(address) === 'loopback');
}

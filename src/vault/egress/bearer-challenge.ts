/** What a resource server asks for (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface BearerChallenge {
  /** Such as `invalid_token` or `insufficient_scope`. */
  readonly error: string | null;
  /** What a token would have to be good for. */
  readonly scopes: readonly string[];
  /** The address of the protected resource metadata, as it was said. */
  readonly resourceMetadata: string | null;
}

/** The longest challenge that is read; whoever answers with more has something else in mind. */
const MAX_LENGTH = 4096;

/** Scope names come from a stranger, and are shown to people and sent to others. */
const MAX_SCOPES = 32;
const MAX_SCOPE_LENGTH = 128;
const MAX_SCOPES_LENGTH = 1024;

/** RFC 6749 section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** One parameter of a challenge, and the beginning of the next challenge (RFC 9110 section 11.6.1). */
const PARAMETER =
  /\s*,?\s*(?:([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?=\s|,|$))/y;

/** The parameters that may be handed on. */
const SAFE: readonly string[] = ['error', 'scope', 'resource_metadata'];

/** Whether an answer says that the token is good, but not for enough (RFC 6750 section 3.1). */
export function isScopeRefusal({ status, headers }: Response): boolean {
  if (status !== 403 && status !== 401) return false;
  return bearerChallenge(headers.get('www-authenticate'))?.error === 'insufficient_scope';
}

/** Reads the first Bearer challenge of a `WWW-Authenticate` header; null where there is none that can be read. */
export function bearerChallenge(header: string | null): BearerChallenge | null {
  const parameters = parametersOf(header);
  return (
    parameters && {
      error: parameters.get('error') ?? null,
      scopes: scopesIn(parameters.get('scope') ?? ''),
      resourceMetadata: parameters.get('resource_metadata') ?? null,
    }
  );
}

/**
 * A challenge that can be shown to whoever called: only parameters that are known, in one spelling.
 * @returns null where there is no Bearer challenge.
 */
export function safeChallenge(header: string | null): string | null {
  const parameters = parametersOf(header);
  if (!parameters) return null;
  const said = SAFE.flatMap(name => {
    const value = parameters.get(name);
    return value === undefined || !/^[\x20-\x7e]*$/.test(value)
      ? []
      : `${name}="${value.replace(/["\\]/g, '')}"`;
  });
  return ['Bearer', said.join(', ')].filter(Boolean).join(' ');
}

/** The scopes of a list that may be asked for, the first of them, without those that are none. */
export function scopesIn(list: string): readonly string[] {
  const named = list.split(' ').filter(scope => SCOPE.test(scope) && scope.length <= MAX_SCOPE_LENGTH);
  const scopes = [...new Set(named)].slice(0, MAX_SCOPES);
  while (scopes.join(' ').length > MAX_SCOPES_LENGTH) scopes.pop();
  return scopes;
}

function parametersOf(header: string | null): ReadonlyMap<string, string> | null {
  if (header === null || header.length > MAX_LENGTH) return null;
  let found: Map<string, string> | null = null;
  PARAMETER.lastIndex = 0;
  for (let match = PARAMETER.exec(header); match; match = PARAMETER.exec(header)) {
    const [, name, quoted, plain, scheme] = match;
    if (scheme !== undefined) {
      if (found) return found;
      if (scheme.toLowerCase() === 'bearer') found = new Map();
    } else if (found && name !== undefined && !found.has(name.toLowerCase())) {
      found.set(name.toLowerCase(), quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1'));
    }
  }
  return found;
}

/** Everything that can be wrong with a signed token of somebody else. */
export type TokenFault =
  | { readonly kind: 'malformed' }
  | { readonly kind: 'type'; readonly expected: string }
  | { readonly kind: 'algorithm'; readonly allowed: readonly string[] }
  | { readonly kind: 'issuer' }
  | { readonly kind: 'key' }
  | { readonly kind: 'keys_unavailable' }
  | { readonly kind: 'signature' }
  | { readonly kind: 'claim'; readonly claim: string; readonly rule: string }
  | { readonly kind: 'unsupported_claim'; readonly claim: string }
  | { readonly kind: 'audience'; readonly expected: readonly string[] }
  | { readonly kind: 'client' }
  | { readonly kind: 'resource' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'too_early' }
  | { readonly kind: 'lifetime'; readonly maxSeconds: number }
  | { readonly kind: 'person'; readonly message: string }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'used' };

type Kind = TokenFault['kind'];
type Words = { readonly [K in Kind]: (fault: Extract<TokenFault, { kind: K }>) => string };

/** What is said of each fault. It names what would be right and repeats nothing of the token. */
const WORDS: Words = {
  malformed: () => 'is not a signed JWT in compact form',
  type: ({ expected }) => `has the wrong typ in its header; send ${expected}`,
  algorithm: ({ allowed }) => `is signed by an algorithm that is not allowed; use ${allowed.join(', ')}`,
  issuer: () => 'is of an issuer that is not trusted here',
  key: () => 'is signed by a key that its issuer does not publish, or names none of several by kid',
  keys_unavailable: () =>
    'cannot be checked right now, because the keys of its issuer cannot be read; try again',
  signature: () => 'has a signature that does not match',
  claim: ({ claim, rule }) => `lacks the claim ${claim}, which must be ${rule}`,
  unsupported_claim: ({ claim }) => `has the claim ${claim}, which is not supported here`,
  audience: ({ expected }) => `is for another audience; its aud must be ${expected.join(' or ')} and no more`,
  client: () => 'was issued to another client',
  resource: () => 'is for a resource that is not here, or not the one that was asked for',
  expired: () => 'has expired',
  too_early: () => 'is not valid yet: its iat or nbf is in the future',
  lifetime: ({ maxSeconds }) => `is valid for too long; make it expire within ${maxSeconds} seconds`,
  person: ({ message }) => `names nobody who may come in: ${message}`,
  withdrawn: () => 'does not count any more, because the access that it stands for was ended or suspended',
  used: () => 'was used before; make a new one for each request',
};

/** Whom a fault is to be blamed on: the token, what it was asked to be good for, or that we cannot check it. */
const BLAMED: { readonly [K in Kind]: 'token' | 'target' | 'check' } = {
  malformed: 'token',
  type: 'token',
  algorithm: 'token',
  issuer: 'token',
  key: 'token',
  keys_unavailable: 'check',
  signature: 'token',
  claim: 'token',
  unsupported_claim: 'token',
  audience: 'token',
  client: 'token',
  resource: 'target',
  expired: 'token',
  too_early: 'token',
  lifetime: 'token',
  person: 'token',
  withdrawn: 'token',
  used: 'token',
};

/**
 * The OAuth error code of a fault.
 * @param refused the code for a token that is no good where it was used.
 */
export function faultCode({ kind }: TokenFault, refused: string): string {
  return { token: refused, target: 'invalid_target', check: 'temporarily_unavailable' }[BLAMED[kind]];
}

/** What is wrong with a token, as a sentence that begins with what the token is. Plain ASCII without double quotes. */
export function faultText(noun: string, fault: TokenFault): string {
  const words = WORDS[fault.kind] as (fault: TokenFault) => string;
  // RFC 6749 section 5.2: the characters that an error_description may have.
  return `${noun} ${words(fault)}.`.replaceAll('"', "'").replace(/[^\x20-\x7e]|\\/g, '?');
}

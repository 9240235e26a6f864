/** Who owns the credential of a connection: each user their own, the organisation one for all, or a server one of its own. */
export type ConnectionOwner = 'user' | 'tenant' | 'server';

/** Where a credential is put into a request. */
export type Placement =
  /** `Authorization: Bearer <token>` (RFC 6750 section 2.1). */
  | { readonly in: 'bearer' }
  /** `Authorization: Basic <credentials>` (RFC 7617). */
  | { readonly in: 'basic' }
  | { readonly in: 'header'; readonly name: string; readonly prefix: string }
  | { readonly in: 'query'; readonly name: string }
  /** None is put there: the third party is open to all. */
  | { readonly in: 'none' };

/** A third party that tools may call with a credential, as an operator set it up. */
export interface Connection {
  /** Lower-case letters, digits and hyphens; servers declare it by this name. */
  readonly id: string;
  /** What people read. */
  readonly name: string;
  readonly owner: ConnectionOwner;
  /** The organisations that have it; null for all. */
  readonly tenants: readonly string[] | null;
  /** Exact origins (scheme, host, port) that the credential may be sent to. */
  readonly origins: readonly string[];
  /** The methods it may be used with; all where none is named. */
  readonly methods: readonly string[];
  /** Prefixes of paths, whole segments, that it may be used at; all where none is named. */
  readonly paths: readonly string[];
  readonly placement: Placement;
  /** How a member connects their account; null for a credential that is entered or configured. */
  readonly oauth: ConnectionOAuth | null;
  /** The variable of Workers Secrets that holds an operator's credential; null where it comes from elsewhere. */
  readonly secret: string | null;
}

/** The authorization server of a third party (RFC 6749), and what we are there. */
export interface ConnectionOAuth {
  /** Found by discovery (RFC 8414, OpenID Connect Discovery 1.0), or null where both addresses are given. */
  readonly issuer: string | null;
  readonly authorizationUrl: string | null;
  readonly tokenUrl: string | null;
  readonly clientId: string;
  /** The secret itself, from the variable that the setting names; null for a public client. */
  readonly clientSecret: string | null;
  readonly scopes: readonly string[];
  /** Further parameters of the authorization request. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What tokens are asked for, always (RFC 8707); null where the authorization server is not told. */
  readonly resource: string | null;
  /** What the authorization server says of itself, where that was read when it was set up; null where it is read at need, or unknown. */
  readonly facts: AuthorizationServerFacts | null;
}

/** What an authorization server says of itself beside its addresses (RFC 8414 section 2). */
export interface AuthorizationServerFacts {
  /** How clients may prove themselves at the token endpoint. */
  readonly tokenAuthMethods: readonly string[];
  /** Where tokens are revoked (RFC 7009); null where they cannot be. */
  readonly revocationUrl: string | null;
  /** Whether it says who it is in each answer (RFC 9207), so that one that does not is not its. */
  readonly namesIssuer: boolean;
}

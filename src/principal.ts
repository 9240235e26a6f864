/** The roles there are. */
export const ROLES = ['administrator', 'operator', 'auditor', 'member'] as const;

/** What a member may do in the gateway itself. Rights over tools come from scopes and policy. */
export type Role = (typeof ROLES)[number];

/** What the word of an identity provider, or a setting, gives somebody here. */
export interface Rights {
  readonly roles: readonly Role[];
  /** What they are in, as policies may ask; none where nothing is said of it. */
  readonly groups?: readonly string[];
}

/** The rights of somebody, and no more of them. */
export function rightsOf({ roles, groups }: Rights): Rights {
  return { roles, ...(groups && { groups }) };
}

/**
 * One installation of a client, as one user connected it. Its grants come and go, as when it asks for more scopes; its
 * sessions live by it, and its key is part of every key that seals them.
 */
export interface Installation {
  readonly id: string;
  /** 32 random bytes, base64url. Kept only under tokens of its grants, so it ends with them. */
  readonly key: string;
}

/** Who is behind a request, through which client, for which MCP endpoint. Made from a validated token. */
export interface Principal extends Rights {
  readonly tenant: string;
  readonly subject: string;
  readonly client: string;
  readonly installation: Installation;
  /** The MCP endpoint the token is for: its audience (RFC 8707). */
  readonly resource: string;
  readonly scopes: readonly string[];
}

/** The fields that tell one principal from another, in the order in which they are authenticated. */
export function principalFields(principal: Principal): readonly string[] {
  const { tenant, subject, client, installation, resource } = principal;
  return [tenant, subject, client, installation.id, resource];
}

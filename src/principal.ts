/** What a member may do in the gateway itself. Rights over tools come from scopes and policy. */
export type Role = 'administrator' | 'operator' | 'auditor' | 'member';

/** One consent of one user to one client. Its key is part of every key that seals the grant's sessions. */
export interface Grant {
  readonly id: string;
  /** 32 random bytes, base64url. Lives only inside the encrypted OAuth props, so it ends with the grant. */
  readonly key: string;
}

/** Who is behind a request, through which client, for which MCP endpoint. Made from a validated token. */
export interface Principal {
  readonly tenant: string;
  readonly subject: string;
  readonly client: string;
  readonly grant: Grant;
  /** The MCP endpoint the token is for: its audience (RFC 8707). */
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly roles: readonly Role[];
}

/** The fields that tell one principal from another, in the order in which they are authenticated. */
export function principalFields(principal: Principal): readonly string[] {
  const { tenant, subject, client, grant, resource } = principal;
  return [tenant, subject, client, grant.id, resource];
}

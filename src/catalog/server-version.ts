import type { ServerDocument, ServerKind } from './server-document.ts';

/** Hashes of what a version consists of beside its document, see `Artifacts`. */
export interface VersionArtifacts {
  /** {@link Definitions}: what it offers, where that is known when it is saved. */
  readonly definitions?: string;
  /** The modules of uploaded code, by name. */
  readonly modules?: string;
  /** The OpenAPI description as it was given. */
  readonly source?: string;
  /** What the OpenAPI server runs by. */
  readonly operations?: string;
}

/** How the gateway gets tokens for a remote server, as its metadata said when the version was saved. */
export interface RemoteAuthorization {
  /** The issuer identifier of its authorization server (RFC 8414). */
  readonly issuer: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  /** Where tokens are revoked (RFC 7009); null where they cannot be. */
  readonly revocationUrl: string | null;
  /** How clients may prove themselves at the token endpoint. */
  readonly tokenAuthMethods: readonly string[];
  /** Whether it says who it is in each answer (RFC 9207). */
  readonly namesIssuer: boolean;
  /** What tokens are asked for (RFC 8707). */
  readonly resource: string;
  readonly clientId: string;
  /** Where the client may be sent back to; a registration is good for no other. */
  readonly redirectUri: string;
  /** When the registration ends, Unix time in milliseconds; null where it does not. */
  readonly registeredUntilMs: number | null;
  /** Of a dynamic registration (RFC 7591); null for a public client, and where the document names one that was set up. */
  readonly clientSecret: string | null;
  readonly scopes: readonly string[];
}

/** One version of a server, as it is stored. */
export interface ServerVersion {
  /** Without what is among its artifacts. */
  readonly document: ServerDocument;
  readonly artifacts: VersionArtifacts;
  /** Of a remote with `auth.kind` "oauth" only. */
  readonly authorization?: RemoteAuthorization;
  /** Headers, in lower case, that an OpenAPI description has as parameters. */
  readonly headers?: readonly string[];
  /** What whoever saved it should know, in sentences; none where it is left out. */
  readonly notes?: readonly string[];
  /** The subject of whoever saved it. */
  readonly author: string;
  /** Why, in their words; empty where they gave none. */
  readonly reason: string;
}

/** A server of a tenant's catalog, with the version in use. */
export interface CatalogEntry {
  readonly name: string;
  readonly kind: ServerKind;
  /** From 1. */
  readonly version: number;
  readonly isEnabled: boolean;
  readonly savedAtMs: number;
  readonly current: ServerVersion;
}

/** A version in a server's history. */
export interface VersionEntry {
  readonly version: number;
  readonly savedAtMs: number;
  readonly saved: ServerVersion;
}

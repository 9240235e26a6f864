/** The stateless revision, which is also the language the gateway speaks inside. */
export const MODERN_REVISION = '2026-07-28';

/** Revisions with a session, newest first. */
export const LEGACY_REVISIONS = ['2025-11-25', '2025-06-18', '2025-03-26'] as const;

export type LegacyRevision = (typeof LEGACY_REVISIONS)[number];

/** Every revision served, newest first. */
export const REVISIONS = [MODERN_REVISION, ...LEGACY_REVISIONS] as const;

export function isLegacyRevision(version: string | null | undefined): version is LegacyRevision {
  return LEGACY_REVISIONS.some(revision => revision === version);
}

/** The answer to `initialize`: what the client asks for when we speak it, else our newest of that era. */
export function negotiate(requested: unknown): LegacyRevision {
  return LEGACY_REVISIONS.find(revision => revision === requested) ?? LEGACY_REVISIONS[0];
}

/** Whether a revision is at least as new as another; revisions are dates, so text order is time order. */
export function isSince(revision: LegacyRevision, since: LegacyRevision): boolean {
  return revision >= since;
}

import { lengthPrefixed, toBase64url } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/digest.ts';
import type { Settings } from '../../env.ts';
import type { ConsentSubject } from '../../grants/consents.ts';
import type { Person } from '../../identity/person.ts';
import type { Installation } from '../../principal.ts';
import { openCookie, sealedCookie } from '../cookie.ts';

const COOKIE = '__Host-gatehouse-installations';

/** As many as fit into a cookie that every browser keeps (RFC 6265 section 6.1: 4096 bytes). */
const MAX_ENTRIES = 16;
const TAG_BYTES = 12;

interface Entry extends Installation {
  /** What the installation is of, as {@link tagOf} has it. */
  readonly tag: string;
}

/**
 * The installation that was connected last in this browser, by the same person, with the same client, redirect URI and
 * resource. A client that asks for more scopes comes from the browser it came from before, and only so is it known from
 * another installation of the same client.
 */
export async function installationInBrowser(
  settings: Settings,
  request: Request,
  person: Person,
  subject: ConsentSubject,
): Promise<Installation | null> {
  const tag = tagOf(person, subject);
  const found = (await entriesIn(settings, request)).find(entry => entry.tag === tag);
  return found ? { id: found.id, key: found.key } : null;
}

/** A `Set-Cookie` that remembers an installation in this browser, encrypted, as long as its grant may be refreshed. */
export async function installationCookie(
  settings: Settings,
  request: Request,
  person: Person,
  subject: ConsentSubject,
  { id, key }: Installation,
): Promise<string> {
  const tag = tagOf(person, subject);
  const others = (await entriesIn(settings, request)).filter(entry => entry.tag !== tag);
  const entries = [{ tag, id, key }, ...others].slice(0, MAX_ENTRIES);
  return sealedCookie(
    settings.keyRing,
    'installations',
    COOKIE,
    { entries },
    settings.REFRESH_TOKEN_TTL_SECONDS,
  );
}

async function entriesIn({ keyRing }: Settings, request: Request): Promise<readonly Entry[]> {
  const claims = await openCookie(keyRing, 'installations', COOKIE, request);
  return (claims?.entries as readonly Entry[] | undefined) ?? [];
}

function tagOf({ tenant, subject }: Person, { client, redirectUri, resource }: ConsentSubject): string {
  const fields = lengthPrefixed(tenant, subject, client, redirectUri, resource);
  return toBase64url(sha256(fields).subarray(0, TAG_BYTES));
}

import type { CallOrigin } from '../../src/connectors/governed/call-record.ts';
import { utf8 } from '../../src/crypto/bytes.ts';
import { macText } from '../../src/crypto/key-ring.ts';
import type { Settings } from '../../src/env.ts';
import { sessionPublicId } from '../../src/grants/open-sessions.ts';
import type { Hop } from '../../src/session-key/hop-assertion.ts';

/** What the records of a request's calls have in common. */
export function callOriginOf(settings: Settings, hop: Hop): CallOrigin {
  const { principal, handle, objectName } = hop;
  return {
    installation: principal.installation.id,
    session: sessionPublicId(objectName),
    era: handle.kind === 'session' ? '2025' : '2026',
    keepsArguments: keepsArguments(settings, principal.tenant),
    digestOf: text => argumentsDigest(settings, principal.tenant, text),
  };
}

/** By a key of the tenant's own, so that its digests tell nobody of another's arguments, nor can be made elsewhere to compare. */
function argumentsDigest({ keyRing }: Settings, tenant: string, text: string): string {
  return macText(keyRing.derive(keyRing.current, 'audit-digest', utf8(tenant)), text);
}

function keepsArguments({ AUDIT_ARGUMENTS }: Settings, tenant: string): boolean {
  const tenants = AUDIT_ARGUMENTS.split(',').map(name => name.trim());
  return tenants.includes('*') || tenants.includes(tenant);
}

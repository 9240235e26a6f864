import { toBase64url, utf8 } from '../../src/crypto/bytes.ts';
import { sha256 } from '../../src/crypto/digest.ts';
import type { Env } from '../../src/env.ts';
import type { Hop } from '../../src/session-key/hop-assertion.ts';
import { inObject, meterOf } from '../../src/telemetry/meter.ts';

/** Says of a session of the 2025 revisions until when it is open; 0 once it has ended. */
export function sessionMeter(env: Env, { handle, objectName, principal }: Hop): (untilMs: number) => void {
  if (handle.kind === 'home') return () => {};
  const source = toBase64url(sha256(utf8(objectName)));
  return untilMs => {
    const value = untilMs === 0 ? 0 : 1;
    meterOf(env, principal.tenant).stands(inObject, {
      metric: 'gatehouse_open_sessions',
      source,
      value,
      untilMs,
    });
  };
}

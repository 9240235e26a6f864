import { RPC } from '../../errors.ts';
import { isObject, type Outcome } from '../../protocol/message.ts';
import { LEGACY_REVISIONS, MODERN_REVISION } from '../../protocol/revision.ts';
import { refusedWith } from './remote-endpoint.ts';

/** Which of the two languages a server speaks: 2026-07-28, or the 2025 revisions with their sessions. */
export type Era = 'modern' | 'legacy';

/** Statuses that say nothing of the language: who asks may not, not now, or the server fails. */
const NO_WORD: readonly number[] = [401, 403, 429];

/**
 * The era that an answer to `server/discover` tells of; null where it tells of none, and the server has to be asked again. These are the
 * rules by which the SDK's client tells them apart (`versionNegotiation: 'auto'` of `@modelcontextprotocol/client`): who knows the
 * method and our revision is modern, and who refuses it is legacy.
 */
export function eraOf(outcome: Outcome): Era | null {
  if (outcome.kind === 'result') {
    const { supportedVersions } = outcome.result;
    return isList(supportedVersions) && supportedVersions.includes(MODERN_REVISION) ? 'modern' : 'legacy';
  }
  const status = outcome.own === undefined ? outcome.httpStatus : refusedWith(outcome);
  if (status === null || status >= 500 || NO_WORD.includes(status)) return null;
  return isNewerOnly(outcome) ? null : 'legacy';
}

/** Errors by which servers of the 2025 revisions refuse a request that comes without a session. */
const SESSION_ERRORS: readonly number[] = [
  -32000,
  -32001,
  RPC.invalidRequest,
  RPC.unsupportedProtocolVersion,
];

/** Whether a server may refuse by an HTTP status what is said to it in a language that it does not speak. */
export function isOtherEraStatus(status: number): boolean {
  return [400, 404, 405, 406, 415].includes(status);
}

/**
 * Whether an answer to a modern request may mean that the server no longer speaks that language. It was refused then before it was
 * looked at, so nothing was carried out.
 */
export function mayBeOtherEra(era: Era, outcome: Outcome): boolean {
  if (era === 'legacy' || outcome.kind === 'result') return false;
  const status = refusedWith(outcome);
  if (status !== null) return isOtherEraStatus(status);
  return (
    outcome.own === undefined && outcome.httpStatus >= 400 && SESSION_ERRORS.includes(outcome.error.code)
  );
}

/** A server that speaks revisions after ours, and none of ours. */
function isNewerOnly({ error }: Outcome & { kind: 'error' }): boolean {
  if (error.code !== RPC.unsupportedProtocolVersion || !isObject(error.data)) return false;
  const { supported } = error.data;
  return (
    isList(supported) && supported.length > 0 && supported.every(version => version > LEGACY_REVISIONS[0])
  );
}

function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string');
}

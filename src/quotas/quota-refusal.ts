import { GatehouseError } from '../errors.ts';
import type { Demand } from './demand.ts';
import type { NoRoom } from './holding.ts';
import type { CountedSubject } from './quota.ts';

const WORDS: Readonly<Record<Demand['count'], string>> = {
  calls: 'calls',
  bytes: 'bytes of arguments and results',
  concurrent: 'calls at a time',
  streams: 'open streams',
};

/** What agents find in a refusal, beside its words. */
interface RefusalData {
  readonly code: 'quota_exceeded';
  readonly rule: string;
  readonly count: Demand['count'];
  readonly per: CountedSubject['per'];
  readonly max: number;
  readonly windowSeconds: number | null;
  /** Null where waiting does not help. */
  readonly retryAfterSeconds: number | null;
  readonly outcome: 'not-sent';
}

/** What says that a limit leaves no room, in words and as data. @param said whose limit it is, such as `The rule "x" of …`. */
export function quotaExceeded(
  { demand, retryAfterSeconds }: NoRoom,
  per: CountedSubject['per'],
  said = `The rule "${demand.rule}" of your organisation's policy`,
): GatehouseError {
  const { rule, count, max, windowMs } = demand;
  const windowSeconds = windowMs === null ? null : windowMs / 1000;
  const within = windowSeconds === null ? '' : ` within ${windowSeconds} seconds`;
  const message = `${said} allows ${max} ${WORDS[count]} per ${per}${within}. Nothing was done. ${advice(count, retryAfterSeconds)}`;
  const data: RefusalData = {
    ...{ code: 'quota_exceeded', rule, count, per, max, windowSeconds, retryAfterSeconds },
    outcome: 'not-sent',
  };
  return new GatehouseError('quota_exceeded', message, data);
}

/** `Retry-After` (RFC 9110 section 10.2.3), where an error says when to try again. */
export function retryAfterHeaders(error: unknown): Record<string, string> {
  if (!(error instanceof GatehouseError) || error.code !== 'quota_exceeded') return {};
  return retryAfterOf(error.data);
}

/** The same, of what an error says as data. */
export function retryAfterOf(data: unknown): Record<string, string> {
  const { retryAfterSeconds } = (data ?? {}) as Partial<RefusalData>;
  return typeof retryAfterSeconds === 'number' ? { 'retry-after': String(retryAfterSeconds) } : {};
}

function advice(count: Demand['count'], retryAfterSeconds: number | null): string {
  if (retryAfterSeconds === null)
    return count === 'bytes' ? 'So much is never allowed: ask for less.' : 'Do not try again.';
  return `Try again in ${retryAfterSeconds} ${retryAfterSeconds === 1 ? 'second' : 'seconds'}, not sooner.`;
}

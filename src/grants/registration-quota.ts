import { type KeyRing, macText } from '../crypto/key-ring.ts';
import type { Env, Settings } from '../env.ts';

/** How long a registration counts. */
export const QUOTA_WINDOW_MS = 3600 * 1000;

/** A setting that says how many clients may register within the window. */
export type QuotaSetting = 'REGISTRATIONS_PER_ADDRESS_PER_HOUR' | 'REGISTRATIONS_PER_HOUR';

/** The limits on registration, as {@link Settings} has them. */
export type QuotaLimits = Pick<Settings, QuotaSetting>;

/** Whether one more client may register: it has then been counted. */
export type QuotaAnswer =
  | { readonly isTaken: true }
  | {
      readonly isTaken: false;
      /** The setting whose limit is reached. */
      readonly setting: QuotaSetting;
      /** When the next one may register, in whole seconds from now; at least 1. */
      readonly retryAfterSeconds: number;
    };

/** Counts registrations, exactly; the quota object implements it. */
export interface RegistrationQuotas {
  /** Takes one registration from the quota of an address, named by its tag, and from that of all. */
  take(addressTag: string): Promise<QuotaAnswer>;
}

/** The one object that counts the registrations of a deployment. */
export function registrationQuotas(env: Env): RegistrationQuotas {
  return env.REGISTRATION_QUOTA.getByName('registrations') as unknown as RegistrationQuotas;
}

/**
 * What an address is counted as: a keyed hash, since there are few enough addresses to try them all against a plain one.
 * With a new current key everybody counts anew, which can double a quota for the hour of a rotation.
 */
export function addressTag(keyRing: KeyRing, address: string): string {
  return macText(keyRing.derive(keyRing.current, 'registration-address'), address);
}

import { GatehouseError } from '../errors.ts';
import { type Claims, personOf } from './claims.ts';
import type { Person } from './person.ts';
import type { TokenFault } from './token-fault.ts';
import type { Vouching } from './vouching.ts';

/** Who the checked token of an issuer speaks of, or that it is nobody who may come in. */
export function vouchedPerson(issuer: Vouching, claims: Claims): Person | TokenFault {
  try {
    return personOf(issuer, claims);
  } catch (error) {
    if (error instanceof GatehouseError) return { kind: 'person', message: error.message };
    throw error;
  }
}

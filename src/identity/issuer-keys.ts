import type * as z from 'zod';
import type { Env } from '../env.ts';
import type { KeySource } from './key-source.ts';
import type { ListSetting } from './list-setting.ts';

/** @throws GatehouseError `setting_invalid` unless an issuer's keys are in exactly one place, and that one is safe. */
export function checkKeys(
  setting: ListSetting<z.ZodType>,
  env: Env,
  { id, jwks, jwksUri }: KeySource & { readonly id: string },
): void {
  if ((jwks === undefined) === (jwksUri === undefined)) {
    throw setting.wrong(`"${id}" needs its keys as "jwks" or by "jwksUri", one of the two`);
  }
  if (jwksUri !== undefined) setting.requireTls(env, id, 'jwksUri', jwksUri);
}

import { GatehouseError } from '../errors.ts';

/** A document that is not accepted, by what is wrong with it and what would be right. */
export function invalid(reason: string): GatehouseError {
  return new GatehouseError('server_invalid', reason);
}

/** Names, as they are told to people. */
export function listed(names: readonly string[]): string {
  return names.map(name => `"${name}"`).join(', ') || 'none';
}

/** There is no such server for whoever asks. */
export function unknownServer(name: string): GatehouseError {
  return new GatehouseError('server_unknown', `There is no server "${name}" in your organisation's catalog.`);
}

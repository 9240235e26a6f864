import { GatehouseError } from '../errors.ts';

/** A description, or what was said of it, that cannot become a server. */
export function descriptionFault(message: string): GatehouseError {
  return new GatehouseError('server_invalid', message);
}

import { restoredError } from '../errors.ts';

/**
 * A stub of an object whose refusals are caught as what they were thrown as: over RPC an error comes with its members, and without its
 * class, so that who looks at the class takes a refusal for a fault.
 */
export function withOwnErrors<Stub extends object>(stub: Stub): Stub {
  return new Proxy(stub, {
    get(target, name) {
      // Asked for by whoever awaits the stub; of RPC stubs every name is a method.
      if (name === 'then') return undefined;
      return async (...given: unknown[]) => {
        try {
          return await (target as Record<PropertyKey, (...args: unknown[]) => unknown>)[name]?.(...given);
        } catch (error) {
          throw restoredError(error);
        }
      };
    },
  });
}

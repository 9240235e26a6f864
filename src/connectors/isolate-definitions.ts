import type { Definitions } from '../catalog/definitions.ts';
import type { Env, Settings } from '../env.ts';
import { type Caller, type CapabilityExports, type IsolateCode, isolateFor } from '../runtime/isolate.ts';
import { withDeadline } from './deadline.ts';
import { isolateConnector } from './isolate-connector.ts';
import { readDefinitions } from './read-definitions.ts';

/** Who reads what code offers, and with what. */
export interface DefinitionsReader {
  readonly env: Env;
  readonly exports: CapabilityExports;
  readonly settings: Settings;
  readonly caller: Caller;
}

/** Code as it runs where nobody's calls have been: it is given nothing. */
export function blankOf(code: IsolateCode): IsolateCode {
  return { ...code, isolation: 'definitions', capabilities: [], connections: [] };
}

/**
 * What some code offers. It is said to everybody, so it is asked in an isolate that has seen nobody, holds nothing, reaches nothing
 * and is set by nobody.
 * @throws GatehouseError `upstream_failed`, `call_timeout` (DEFINITIONS_TIMEOUT_MS).
 */
export function isolateDefinitions(
  { env, exports, settings, caller }: DefinitionsReader,
  code: IsolateCode,
): Promise<Definitions> {
  const blank = blankOf(code);
  const connector = isolateConnector(code, () => isolateFor(env, exports, blank, caller), settings);
  return withDeadline(settings.DEFINITIONS_TIMEOUT_MS, undefined, ({ signal }) =>
    readDefinitions(connector, signal),
  );
}

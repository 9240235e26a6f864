import type { Definitions } from '../../catalog/definitions.ts';
import type { Settings } from '../../env.ts';
import type { ClientProfile } from '../../protocol/modern.ts';
import type { Connector } from '../connector.ts';
import { withDeadline } from '../deadline.ts';
import { readDefinitions } from '../read-definitions.ts';

/** Can be asked everything: lists vary by authorization and not by connection (2026-07-28, "Tools"), and so do pins. */
const ABLE: ClientProfile = {
  info: { name: 'gatehouse', version: '1' },
  capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} },
};

/**
 * What a remote server offers to one caller, as it says it. What of it can be shown is for `vetted` to say, and for the pins.
 * @throws GatehouseError `upstream_failed`.
 */
export function remoteDefinitions(connector: Connector, settings: Settings): Promise<Definitions> {
  return withDeadline(settings.DEFINITIONS_TIMEOUT_MS, undefined, ({ signal }) =>
    readDefinitions(connector, signal, ABLE),
  );
}

import type { Settings } from '../../env.ts';
import { GatehouseError } from '../../errors.ts';
import { failure, type Outcome } from '../../protocol/message.ts';
import type { ClientProfile } from '../../protocol/modern.ts';
import type { CallHooks, Connector, InnerRequest } from '../connector.ts';
import { withDeadline } from '../deadline.ts';
import { statelessConnector } from '../stateless-connector.ts';
import { upstreamFailure } from '../upstream-failure.ts';
import { type Era, eraOf, mayBeOtherEra } from './era.ts';
import { legacyConnector } from './legacy/legacy-connector.ts';
import { InitializeRefused } from './legacy/upstream-session.ts';
import type { RemoteParts } from './remote-parts.ts';

const GATEWAY: ClientProfile = { info: { name: 'gatehouse', version: '1' }, capabilities: {} };

/**
 * Reaches a server on the network in whichever language it speaks. Which that is, is asked once; see
 * docs/decisions/0021-how-remotes-are-spoken-to.md.
 */
export function remoteConnector(parts: RemoteParts): Connector {
  const { endpoint, memory, settings } = parts;
  const { server, url: version } = endpoint;
  const maxBytes = settings.MAX_RESULT_BYTES;
  const modern = statelessConnector({ server, version, maxBytes, post: init => endpoint.send(init) });
  const ways: Readonly<Record<Era, Connector>> = { modern, legacy: legacyConnector(parts) };
  const found = () => memory.eras.era(() => discoveredEra(modern, settings));

  return {
    server,
    version,
    async call(request, hooks) {
      try {
        const era = await found();
        const outcome = await tried(ways[era], request, hooks);
        if (outcome && !mayBeOtherEra(era, outcome)) return answered(outcome);
        memory.eras.forget();
        const now = await found();
        return answered(outcome && now === era ? outcome : await ways[now].call(request, hooks));
      } catch (error) {
        return answered(failure(error));
      }
    },
    async listen(filter, client, hooks) {
      const era = await found();
      try {
        await ways[era].listen(filter, client, hooks);
      } catch (error) {
        // Whatever it was: before the next try it is asked again.
        memory.eras.forget();
        throw error;
      }
    },
  };
}

/**
 * Asks a server which language it speaks. Several callers may wait for it, so none of them can cancel it.
 * @throws GatehouseError where the server does not say.
 */
async function discoveredEra(modern: Connector, { DEFINITIONS_TIMEOUT_MS }: Settings): Promise<Era> {
  const request: InnerRequest = { method: 'server/discover', params: {}, client: GATEWAY };
  const outcome = await withDeadline(DEFINITIONS_TIMEOUT_MS, undefined, ({ signal }) =>
    modern.call(request, { signal, notify: () => {} }),
  );
  const era = eraOf(outcome);
  if (era) return era;
  throw outcome.kind === 'error' && outcome.own !== undefined
    ? new GatehouseError(outcome.own, outcome.error.message, outcome.error.data)
    : upstreamFailure(
        'upstream_failed',
        `The server "${modern.server}" does not say which revision it speaks.`,
        'not-sent',
      );
}

/** @returns null where the server refuses to be spoken to in this language. */
async function tried(way: Connector, request: InnerRequest, hooks: CallHooks): Promise<Outcome | null> {
  try {
    return await way.call(request, hooks);
  } catch (error) {
    if (error instanceof InitializeRefused) return null;
    throw error;
  }
}

/** What is wrong with our way to a server is an answer in good order to who called. */
function answered(outcome: Outcome): Outcome {
  return outcome.kind === 'error' && outcome.own !== undefined ? { ...outcome, httpStatus: 200 } : outcome;
}

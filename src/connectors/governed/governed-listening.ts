import { reportFault } from '../../errors.ts';
import type { InnerNotification, JsonObject } from '../../protocol/message.ts';
import type { ClientProfile } from '../../protocol/modern.ts';
import type { Connector, ListenHooks } from '../connector.ts';
import { permittedFilter } from './permitted-resources.ts';
import type { MayShow } from './shown-by.ts';

/**
 * Subscribes to what the policy shows of a server. Each update of a resource is looked at again when it comes: the policy may have
 * changed since the subscription began.
 * @param permission what may be shown now. @throws where it cannot be told.
 */
export async function governedListening(
  connector: Connector,
  filter: JsonObject,
  client: ClientProfile,
  hooks: ListenHooks,
  permission: () => Promise<MayShow>,
): Promise<void> {
  const permitted = permittedFilter(filter, await permission());
  if (Object.keys(permitted).length === 0) return hooks.acknowledged({});
  let last = Promise.resolve();
  const pass = async (notification: InnerNotification) => {
    const isShown = (await permission())('resource', notification.params?.uri);
    if (isShown && !hooks.signal.aborted) hooks.notify(notification);
  };
  const notify = (notification: InnerNotification) => {
    if (notification.method !== 'notifications/resources/updated') return hooks.notify(notification);
    last = last
      .then(() => pass(notification))
      .catch(error => reportFault('update_not_passed', error, { server: connector.server }));
  };
  return connector.listen(permitted, client, { ...hooks, notify });
}

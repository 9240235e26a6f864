import { publish } from '../support/catalog.ts';
import { everythingUpload } from './everything-upload.ts';
import type { Kind } from './kind.ts';
import { LEGACY_REMOTES, MODERN_REMOTE } from './remote-kinds.ts';

/** The columns of the matrix. */
export const KINDS: readonly Kind[] = [
  { name: 'hosted', server: 'everything', add: async () => undefined },
  ...LEGACY_REMOTES,
  MODERN_REMOTE,
  {
    name: 'code',
    server: 'uploaded',
    async add(gateway) {
      await publish(gateway, await everythingUpload('uploaded'));
      return undefined;
    },
  },
  ...REMOTE_KINDS,
];

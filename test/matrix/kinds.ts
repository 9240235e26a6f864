import { everythingUpload } from './everything-upload.ts';
import type { Kind } from './kind.ts';
import { startPlaygroundApi } from './playground-api.ts';
import { LEGACY_REMOTES, MODERN_REMOTE } from './remote-kinds.ts';

const HOSTED: Kind = { name: 'hosted', server: 'everything', start: async () => ({}) };

const CODE: Kind = {
  name: 'code',
  server: 'uploaded',
  start: async () => ({ document: await everythingUpload('uploaded') }),
};

const OPENAPI: Kind = {
  name: 'openapi',
  server: 'described',
  async start() {
    const { origin, description, count, stop } = await startPlaygroundApi();
    return {
      document: {
        kind: 'openapi',
        name: 'described',
        title: 'The playground, described',
        description: 'An HTTP API of the tests.',
        connections: ['playground'],
        source: { ...description },
      },
      connections: [
        {
          id: 'playground',
          name: 'Playground',
          owner: 'tenant',
          origins: [origin],
          placement: { in: 'none' },
        },
      ],
      count,
      stop,
    };
  },
};

/** The columns of the matrix. */
export const KINDS: readonly Kind[] = [HOSTED, ...LEGACY_REMOTES, MODERN_REMOTE, OPENAPI, CODE];

import type { JsonObject } from '../../protocol/message.ts';
import { FakeServer } from '../connector.fake.ts';

const VERBS = ['get', 'list', 'create', 'update', 'delete', 'search', 'archive', 'merge'];
const NOUNS = [
  'issue',
  'pull request',
  'repository',
  'workflow',
  'release',
  'gist',
  'team',
  'secret',
  'label',
];
const PLACES = ['for a user', 'for an organisation', 'of a repository', 'in a project', 'by its number'];

/** Made-up operations, as those of a large API are: names put together, descriptions of some length. */
export function manyTools(count: number): JsonObject[] {
  return Array.from({ length: count }, (_, at) => {
    const [verb, noun, place] = [pick(VERBS, at), pick(NOUNS, at / 8), pick(PLACES, at / 72)];
    const words = `${verb} ${noun} ${place}`;
    return {
      name: `${words.replaceAll(' ', '_')}_${at}`,
      title: words,
      description: `${words}. ${'It answers with what the service knows. '.repeat(8)}`,
      inputSchema: { type: 'object', properties: { owner: {}, [`${noun.split(' ')[0]}_number`]: {} } },
      annotations: { readOnlyHint: verb === 'get' || verb === 'list' || verb === 'search' },
    };
  });
}

/** A server with that many. */
export function serverOfMany(name: string, count: number): FakeServer {
  return new FakeServer(name, { tools: manyTools(count), instructions: `Use ${name}.` });
}

function pick(of: readonly string[], at: number): string {
  return of[Math.floor(at) % of.length] ?? '';
}

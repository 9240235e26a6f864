import { expect, test } from 'vitest';
import type { ServerDocument } from '../catalog/server-document.ts';
import { recordedPublisher } from './publisher.fake.ts';
import { ServerChanges } from './server-changes.ts';

const shown = { title: 'Title', description: 'Description.' };
const remote = (name: string, auth: object = { kind: 'none' }) =>
  ({ kind: 'remote', name, ...shown, tools: {}, url: 'https://mail.example/mcp', auth }) as ServerDocument;
const virtual = (name: string, server: string): ServerDocument => ({
  kind: 'virtual',
  name,
  ...shown,
  members: [{ server, tools: {} }],
});
const code = (connections: string[]): ServerDocument => ({
  kind: 'code',
  name: 'mail',
  ...shown,
  tools: {},
  connections,
  isolation: 'user',
  capabilities: [],
  mainModule: 'index.js',
  modules: {},
});

/** Changes of an organisation that has versions which it could not save any more. */
function withVersions(...documents: readonly ServerDocument[]) {
  const { publisher, recorded } = recordedPublisher();
  const save = async () => {
    for (const [basedOn, document] of documents.entries()) {
      await publisher.store.save({ document, artifacts: {}, author: '', reason: '' }, basedOn, 1);
    }
  };
  return { publisher, recorded, save, changes: new ServerChanges(publisher) };
}

test.each([
  ['its connection', remote('mail', { kind: 'connection', connection: 'gone' }), /no connection "gone"/],
  ['a connection of its code', code(['gone']), /connections: there is no "gone"/],
  ['a server that it gathers', virtual('mail', 'gone'), /members: there is no server "gone"/],
])('a version is not put in use again where %s is gone', async (_, document, message) => {
  const { publisher, recorded, save, changes } = withVersions(document, remote('mail'));
  await save();
  await expect(changes.rollBack('mail', 1)).rejects.toMatchObject({
    code: 'server_invalid',
    message: expect.stringMatching(message),
  });
  expect((await publisher.store.read('mail'))?.version).toBe(2);
  expect(recorded).toEqual([]);
});

test('a version in which a server was virtual is not, once another gathers it', async () => {
  const { publisher, save, changes } = withVersions(virtual('mail', 'memory'), remote('mail'));
  await save();
  await publisher.store.save(
    { document: virtual('desk', 'mail'), artifacts: {}, author: '', reason: '' },
    0,
    1,
  );
  await expect(changes.rollBack('mail', 1)).rejects.toThrow('"mail" is a member of "desk"');
});

test('nor where a server of the monorepo has the name by now', async () => {
  const { save, changes } = withVersions(remote('memory'), { kind: 'hosted', name: 'memory', tools: {} });
  await save();
  await expect(changes.rollBack('memory', 1)).rejects.toThrow("is a server of this gateway's own");
});

test('nor in place of a version that whoever asks has not seen', async () => {
  const { publisher, recorded, save, changes } = withVersions(remote('mail'), remote('mail'), remote('mail'));
  await save();
  await expect(changes.rollBack('mail', 1, 2)).rejects.toMatchObject({ code: 'version_conflict' });
  expect(recorded).toEqual([]);
  await changes.rollBack('mail', 1, 3);
  expect((await publisher.store.read('mail'))?.version).toBe(1);
});

test('of a roll back and a save at the same time, one is a conflict', async () => {
  const { publisher, save, changes } = withVersions(remote('mail'), remote('mail'));
  await save();
  const outcomes = await Promise.allSettled([
    changes.rollBack('mail', 1),
    publisher.store.save({ document: remote('mail'), artifacts: {}, author: '', reason: '' }, 2, 1),
  ]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
});

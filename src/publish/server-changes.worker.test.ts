import { beforeEach, describe, expect, test } from 'vitest';
import type { AuditEntry } from '../audit/event.ts';
import type { ServerDocument } from '../catalog/server-document.ts';
import { forgetCatalogs } from '../catalog/tenant-catalog.ts';
import { offerOf } from '../runtime/offered-servers.ts';
import { type RecordedPublisher, recordedPublisher } from './publisher.fake.ts';
import type { Publisher } from './publisher.ts';
import { ServerChanges } from './server-changes.ts';

let all: RecordedPublisher;
let publisher: Publisher;
let changes: ServerChanges;
let recorded: readonly AuditEntry[];

beforeEach(() => {
  all = recordedPublisher();
  ({ publisher, recorded } = all);
  changes = new ServerChanges(publisher);
});

const mail: ServerDocument = {
  kind: 'remote',
  name: 'mail',
  title: 'Mail',
  description: 'Mail.',
  tools: {},
  url: 'https://mail.example/mcp',
  auth: { kind: 'none' },
};

describe('a change', () => {
  test('is on record before it is made, with who, which server and which version', async () => {
    await changes.save(mail, 0, '');
    await changes.save({ ...mail, title: 'Post' }, 1, '');
    await changes.rollBack('mail', 1);
    await changes.enable('mail', false);
    await changes.enable('mail', true);
    expect(recorded.map(({ kind, ...entry }) => [kind, 'version' in entry && entry.version])).toEqual([
      ['server.created', 1],
      ['server.updated', 2],
      ['server.rolled-back', 1],
      ['server.disabled', 1],
      ['server.enabled', 1],
    ]);
    const { client, installation } = publisher.principal;
    for (const entry of recorded) {
      expect(entry).toMatchObject({
        user: 'okta|olivia',
        server: 'mail',
        client,
        installation: installation.id,
      });
    }
  });

  test('that cannot be recorded is not made', async () => {
    await changes.save(mail, 0, '');
    await changes.save({ ...mail, title: 'Post' }, 1, '');
    all.canRecord = () => false;
    for (const change of [
      () => changes.save({ ...mail, title: 'Letters' }, 2, ''),
      () => changes.save({ ...mail, name: 'letters' }, 0, ''),
      () => changes.rollBack('mail', 1),
      () => changes.enable('mail', false),
      () => changes.delete('mail'),
      () => changes.enable('memory', false),
    ]) {
      await expect(change()).rejects.toThrow('nothing can be recorded');
    }
    expect(
      (await publisher.store.list()).map(({ name, version, isEnabled }) => [name, version, isEnabled]),
    ).toEqual([['mail', 2, true]]);
  });

  test('that changes nothing is not recorded, nor one that is refused', async () => {
    await changes.save(mail, 0, '');
    await changes.enable('mail', true);
    await expect(changes.save(mail, 0, '')).rejects.toMatchObject({ code: 'version_conflict' });
    await expect(changes.save({ ...mail, name: 'memory' }, 0, '')).rejects.toMatchObject({
      code: 'server_invalid',
    });
    await expect(changes.rollBack('mail', 7)).rejects.toMatchObject({ code: 'version_unknown' });
    await expect(changes.enable('nobody', false)).rejects.toMatchObject({ code: 'server_unknown' });
    expect(recorded).toHaveLength(1);
  });
});

describe('a new server that is to be out of use', () => {
  test('is so from the beginning, and is not there where that cannot be recorded', async () => {
    await changes.save(mail, 0, '', false);
    expect(await publisher.store.read('mail')).toMatchObject({ isEnabled: false });
    expect(recorded.map(({ kind }) => kind)).toEqual(['server.created', 'server.disabled']);
    all.canRecord = ({ kind }) => kind !== 'server.disabled';
    await expect(changes.save({ ...mail, name: 'post' }, 0, '', false)).rejects.toThrow('recorded');
    await expect(changes.enable('memory', false)).rejects.toThrow('recorded');
    expect((await publisher.store.list()).map(({ name }) => name)).toEqual(['mail']);
  });
});

describe('a deletion', () => {
  test('is on record before it is done, and leaves the name free', async () => {
    await changes.save(mail, 0, '');
    await changes.save({ ...mail, title: 'Post' }, 1, '');
    await expect(changes.delete('mail', 1)).rejects.toMatchObject({ code: 'version_conflict' });
    await changes.delete('mail', 2);
    expect(recorded.at(-1)).toMatchObject({ kind: 'server.deleted', server: 'mail', version: 2 });
    await expect(changes.delete('mail')).rejects.toMatchObject({ code: 'server_unknown' });
    expect((await changes.save({ ...mail, url: 'https://other.example/mcp' }, 0, '')).version).toBe(1);
  });

  test('of what a virtual server gathers is refused, but for a change of what the monorepo has', async () => {
    await changes.save(mail, 0, '');
    const members = ['mail', 'memory'].map(server => ({ server, tools: {} }));
    await changes.save({ kind: 'virtual', name: 'desk', title: 'D', description: 'D', members }, 0, '');
    await expect(changes.delete('mail')).rejects.toThrow('name: "mail" is a member of "desk".');
    await expect(changes.delete('memory')).rejects.toMatchObject({ code: 'server_unknown' });
    await changes.enable('memory', false);
    await changes.delete('memory');
    await changes.delete('desk');
    await changes.delete('mail');
    expect(await publisher.store.list()).toEqual([]);
  });
});

describe('names', () => {
  test('a server that is a member of a virtual one cannot become virtual', async () => {
    await changes.save(mail, 0, '');
    const virtual = (name: string, server: string): ServerDocument => ({
      kind: 'virtual',
      name,
      title: name,
      description: name,
      members: [{ server, tools: {} }],
    });
    await changes.save(virtual('desk', 'mail'), 0, '');
    await changes.save({ ...mail, name: 'post' }, 0, '');
    await expect(changes.save(virtual('mail', 'post'), 1, '')).rejects.toThrow(
      'kind: "mail" is a member of "desk", so it cannot be virtual itself.',
    );
    await expect(changes.save(virtual('all', 'desk'), 0, '')).rejects.toThrow(
      'members: there is no server "desk"',
    );
  });

  test('a server that has been there before one of the monorepo got its name does not shadow it', async () => {
    const { env: own, principal, store } = publisher;
    await store.save({ document: { ...mail, name: 'memory' }, artifacts: {}, author: '', reason: '' }, 0, 1);
    await store.enable('memory', false);
    forgetCatalogs(own);
    const { servers } = await offerOf(own, principal.tenant);
    expect(servers.filter(({ name }) => name === 'memory').map(({ kind }) => kind)).toEqual(['hosted']);
  });
});

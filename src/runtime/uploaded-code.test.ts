import { expect, test } from 'vitest';
import { fakeSettings } from '../env.fake.ts';
import { codeOf, type Uploaded } from './uploaded-code.ts';

const UPLOADED: Uploaded = {
  document: {
    kind: 'code',
    name: 'calc',
    title: 'Calculator',
    description: 'Calculates.',
    tools: {},
    connections: ['site'],
    capabilities: ['state'],
    isolation: 'session',
    mainModule: 'index.js',
  },
  modulesHash: 'hash-of-the-modules',
  modules: async () => ({ 'index.js': 'export default {}' }),
};
const code = (change: Partial<Uploaded['document']> = {}, modulesHash = UPLOADED.modulesHash) =>
  codeOf({ ...UPLOADED, document: { ...UPLOADED.document, ...change }, modulesHash }, fakeSettings());

test('an isolate is given what the document declares, and no more', () => {
  const { modules: _, codeHash: __, ...given } = code();
  expect(given).toEqual({
    name: 'calc',
    isolation: 'session',
    capabilities: ['state'],
    connections: ['site'],
    settings: {},
    mainModule: '@gatehouse/main.js',
    limits: { cpuMs: 10_000, subRequests: 50 },
  });
});

test('whatever is loaded makes another hash, and what is only shown does not', () => {
  const hashes = [
    code(),
    code({}, 'hash-of-the-others'),
    code({ mainModule: 'main.js' }),
    code({ name: 'other' }),
    code({ title: 'Other' }),
  ].map(({ codeHash }) => codeHash);
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(code({ description: 'Other.', tools: { except: ['add'] } }).codeHash).toBe(hashes[0]);
});

import { describe, expect, test } from 'vitest';
import { fakeEnv } from '../env.fake.ts';
import type { Env } from '../env.ts';

import { faultLog, refusal } from '../errors.fake.ts';
import { accountObjectName } from './internal-bearer.ts';
import { objectsBeside, tenantSettings } from './jurisdiction.ts';
import { accountObject, tenantObject } from './tenant-objects.ts';

/** Objects that say where they are and what they are called. */
function objectsIn(where: string): DurableObjectNamespace {
  return {
    jurisdiction: (other: string) => objectsIn(other),
    getByName: (name: string) => `${where}/${name}`,
  } as unknown as DurableObjectNamespace;
}

const NOWHERE = {
  jurisdiction() {
    throw new Error('not implemented');
  },
  getByName: (name: string) => `anywhere/${name}`,
} as unknown as DurableObjectNamespace;

const envWith = (TENANTS: string, objects = objectsIn('anywhere'), more: Partial<Env> = {}): Env =>
  fakeEnv({ TENANTS, ACCOUNT: objects, TENANT: objects, ...more });

const ACME_IN_EU = '{"acme": {"jurisdiction": "eu"}, "other": {}}';
const ada = (tenant: string) => ({ tenant, subject: 'ada' });

describe('where the objects of organisations are', () => {
  test('an organisation with a jurisdiction has all of its objects there, and the others anywhere', () => {
    const env = envWith(ACME_IN_EU);
    expect(accountObject(env, ada('acme'))).toBe(`eu/${accountObjectName('acme', 'ada')}`);
    expect(tenantObject(env, 'acme')).toMatch(/^eu\//);
    for (const tenant of ['other', 'third', 'constructor']) {
      expect(accountObject(env, ada(tenant))).toMatch(/^anywhere\//);
    }
  });

  test('what belongs to an object is looked for where that is', () => {
    const at = (jurisdiction?: string) =>
      objectsBeside(envWith('{}'), objectsIn('anywhere'), { jurisdiction } as DurableObjectId);
    expect(at('us').getByName('x')).toBe('us/x');
    expect(at().getByName('x')).toBe('anywhere/x');
  });

  test('a runtime without jurisdictions is refused, but for development', () => {
    const production = envWith(ACME_IN_EU, NOWHERE, { GATEHOUSE_ENV: 'production' });
    expect(() => tenantObject(production, 'acme')).toThrow('not implemented');
    const log = faultLog();
    const development = envWith(ACME_IN_EU, NOWHERE, { GATEHOUSE_ENV: 'development' });
    expect(tenantObject(development, 'acme')).toMatch(/^anywhere\//);
    expect(tenantObject(development, 'acme')).toMatch(/^anywhere\//);
    expect(log().map(({ event }) => event)).toEqual(['jurisdictions_not_local']);
  });

  test.each([
    ['{"acme": {"jurisdiction": "mars"}}', /TENANTS is wrong: acme\.jurisdiction/],
    ['{"acme": {"place": "eu"}}', /TENANTS is wrong: acme/],
    ['[', /TENANTS is wrong: it is not JSON/],
  ])('%s is refused', (text, words) => {
    expect(() => tenantSettings(envWith(text))).toThrow(refusal('setting_invalid', words));
  });
});

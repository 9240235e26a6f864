import { expect, test } from 'vitest';
import { fakeSettings } from '../../env.fake.ts';
import { circuitOf } from './circuits.ts';

const SETTINGS = fakeSettings({ CIRCUIT_OPENS_AFTER: '1' });
const OWNER = { tenant: 'acme', subject: 'ada', server: 'far', codeHash: 'v1' };

test('a circuit is remembered', () => {
  expect(circuitOf(OWNER, SETTINGS)).toBe(circuitOf({ ...OWNER }, SETTINGS));
});

test.each([{ tenant: 'other' }, { subject: 'bob' }, { server: 'near' }, { codeHash: 'v2' }])(
  'that of another is another: %j',
  change => {
    circuitOf(OWNER, SETTINGS).left('failing', Date.now());
    expect(circuitOf({ ...OWNER, ...change }, SETTINGS).enter(Date.now())).toBeNull();
    expect(circuitOf(OWNER, SETTINGS).enter(Date.now())).not.toBeNull();
  },
);

test('of very many, those that fail are kept longest', () => {
  const failing = circuitOf({ ...OWNER, subject: 'failing' }, SETTINGS);
  failing.left('failing', Date.now());
  for (let count = 0; count < 11_000; count++) circuitOf({ ...OWNER, subject: `s${count}` }, SETTINGS);
  expect(circuitOf({ ...OWNER, subject: 'failing' }, SETTINGS)).toBe(failing);
});

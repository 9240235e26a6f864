import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/random.fake.ts';
import { canonicalText, eventOf } from './event.ts';
import { USED } from './trail.fake.ts';

const STAMP = { id: 'event-1', atMs: 1_700_000_000_001, tenant: 'acme' };

test('an event says what happened, and how it ended', () => {
  expect(eventOf(USED, STAMP)).toEqual({ ...USED, ...STAMP, outcome: 'allowed' });
});

test('whatever a kind has no field for is left out', () => {
  const more = { ...USED, secret: 'canary', url: 'https://api.github.com/user?key=canary' };
  expect(canonicalText(eventOf(more, STAMP))).toBe(canonicalText(eventOf(USED, STAMP)));
});

test('the canonical text has its members in the order of their names, and no spaces', () => {
  const dropped = {
    kind: 'credential.dropped',
    user: null,
    connection: 'github',
    owner: 'okta|ada',
    version: 3,
    cause: 'asked',
  } as const;
  expect(canonicalText(eventOf(dropped, STAMP))).toBe(
    '{"atMs":1700000000001,"cause":"asked","connection":"github","id":"event-1","kind":"credential.dropped",' +
      '"outcome":"done","owner":"okta|ada","tenant":"acme","user":null,"version":3}',
  );
});

test('the same event has the same text, in whichever order it was said', () => {
  const reversed = Object.fromEntries(Object.entries(USED).toReversed()) as typeof USED;
  expect(canonicalText(eventOf(reversed, STAMP))).toBe(canonicalText(eventOf(USED, STAMP)));
});

test('an event is one line and can be read back, whatever it holds', () => {
  const random = seededRandom();
  const hostile = ['\r\n', '\u001b[31m', '"', '\u0000', '\u2028', '\\'];
  for (let round = 0; round < 200; round += 1) {
    const client = `${random.text(20)}${hostile[random.below(hostile.length)]}${random.text(5)}`;
    const event = eventOf({ ...USED, client }, STAMP);
    const text = canonicalText(event);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested
    expect(text).not.toMatch(/[\u0000-\u001f]/);
    expect(JSON.parse(text)).toEqual(event);
  }
});

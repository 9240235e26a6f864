import { describe, expect, test } from 'vitest';
import { escapedText, holdsHiddenText, visibleText, withVisibleTexts } from './hidden-text.ts';

const TAGS = String.fromCodePoint(0xe0041, 0xe0042);

describe.each([
  ['a right-to-left override', 'a\u202eb', 'ab', 'a\\u{202e}b'],
  ['an isolate', 'a\u2066b\u2069', 'ab', 'a\\u{2066}b\\u{2069}'],
  ['a direction mark', 'a\u200fb', 'ab', 'a\\u{200f}b'],
  ['tag characters', `a${TAGS}b`, 'ab', 'a\\u{e0041}\\u{e0042}b'],
  ['a zero width space', 'a\u200bb', 'ab', 'a\\u{200b}b'],
  ['a byte order mark', '\ufeffa', 'a', '\\u{feff}a'],
  ['a soft hyphen', 'a\u00adb', 'ab', 'a\\u{ad}b'],
  ['an escape sequence', 'a\u001b[31mb', 'a[31mb', 'a\\u{1b}[31mb'],
  ['a null', 'a\0b', 'ab', 'a\\u{0}b'],
  ['variation selectors that spell bytes', 'a\u{e0100}\u{e0101}', 'a', 'a\\u{e0100}\\u{e0101}'],
  ['a filler', 'a\u3164b', 'ab', 'a\\u{3164}b'],
  [
    'joiners that spell bits',
    'a\u200c\u200d\u200c\u200db',
    'a\u200c\u200db',
    'a\u200c\u200d\\u{200c}\\u{200d}b',
  ],
])('%s', (_what, text, visible, escaped) => {
  test('is taken out for agents', () => expect(visibleText(text)).toBe(visible));
  test('is written out for operators', () => expect(escapedText(text)).toBe(escaped));
  test('is noticed', () => expect(holdsHiddenText(text)).toBe(true));
});

test.each(['Plain text.', 'Zwei\nZeilen\tmit Tab', '日本語', 'עברית', 'می‌خواهم', '👩‍💻', '❤️‍🔥', 'é'])(
  'text that hides nothing stays as it is: %s',
  text => {
    expect(visibleText(text)).toBe(text);
    expect(escapedText(text)).toBe(text);
    expect(holdsHiddenText(text)).toBe(false);
  },
);

test('what is written out cannot be made up', () => {
  expect(escapedText('a\\u{202e}b')).not.toBe(escapedText('a\u202eb'));
});

test('only texts for reading are changed; what is hidden elsewhere is noticed, in names of members too', () => {
  const definition = {
    name: 'a\u200b',
    description: 'b\u200b',
    inputSchema: { properties: { x: { title: 'c\u200b', enum: ['d\u200b'] } } },
  };
  expect(withVisibleTexts(definition)).toEqual({
    name: 'a\u200b',
    description: 'b',
    inputSchema: { properties: { x: { title: 'c', enum: ['d\u200b'] } } },
  });
  expect(holdsHiddenText({ properties: { 'x\u200b': {} } })).toBe(true);
  expect(holdsHiddenText({ list: [{ enum: ['x\u200b'] }] })).toBe(true);
});

import { describe, expect, test } from 'vitest';
import { displayText } from './display-text.ts';

describe('what stays', () => {
  test.each(['Claude', 'Ünïcødé & Söhne <3', 'עוזר חכם', '助手', 'Tiếng Việt', 'Robot 🤖'])('%s', name => {
    expect(displayText(name)).toBe(name);
  });
});

describe('what goes', () => {
  test.each([
    ['bidi overrides', '\u202Eedualc\u202C', 'edualc'],
    ['bidi isolates and marks', '\u2066a\u2069\u200E\u200F\u061Cb', 'ab'],
    ['control characters', 'a\u0000\u0007\u001B[31mb\u0085c', 'a[31mbc'],
    ['characters of no width', 'Cl\u200Bau\u2060de\uFEFF\u00AD', 'Claude'],
    ['tag characters', 'Claude\u{E0041}\u{E007F}', 'Claude'],
    ['letters that draw nothing', 'a\u3164\u115Fb', 'ab'],
    ['lone surrogates', 'a\uD800b', 'ab'],
    ['private characters', 'a\uE000\u{F0000}b', 'ab'],
    ['line breaks, tabs and blanks', ' a\r\n\tb\u2028c\u2800\u3000d ', 'a b c d'],
  ])('%s', (_what, text, shown) => {
    expect(displayText(text)).toBe(shown);
  });

  test('marks piled on one letter beyond what languages use', () => {
    expect(displayText(`x${'\u0323'.repeat(50)}y`)).toBe(`x${'\u0323'.repeat(4)}y`);
  });

  test('marks piled up with invisible characters between them', () => {
    expect(displayText(`x${'\u0323\u200D'.repeat(50)}y`)).toBe(`x${'\u0323'.repeat(4)}y`);
  });
});

test('is empty where nothing visible is left', () => {
  expect(displayText('\u200B \u202E\n\u3164')).toBe('');
});

test('cuts at the limit and says so', () => {
  expect(displayText('W'.repeat(10_000), 10)).toBe(`${'W'.repeat(9)}…`);
});

test('keeps what is exactly as long as the limit', () => {
  expect(displayText('W'.repeat(10), 10)).toBe('W'.repeat(10));
});

test('counts characters, so that none is cut in half', () => {
  expect(displayText('🤖'.repeat(12), 10)).toBe(`${'🤖'.repeat(9)}…`);
});

import { UriTemplate as SdkTemplate } from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';
import { seededRandom } from '../crypto/random.fake.ts';
import { makesUri, parsedTemplate, stepsOf, type UriTemplate } from './uri-template.ts';

const parsed = (template: string) => {
  const found = parsedTemplate(template);
  if (typeof found === 'string') throw new Error(found);
  return found;
};
const makes = (template: string, uri: string) => makesUri(parsed(template), uri);

test.each([
  ['a:b', 'a:b', true],
  ['a:b', 'a:bc', false],
  ['a:{x}', 'a:', false],
  ['a:{x}', 'a:1', true],
  ['a:{x}', 'a:1/2', false],
  ['a:{x}', 'a:1,2', false],
  ['a:{x*}', 'a:1,2', true],
  ['a:{x,y}', 'a:1,2', true],
  ['a:{x,y}', 'a:1/2', false],
  ['a:{+x}', 'a:1/2,3', true],
  ['a:{x}/b', 'a:1/b', true],
  ['a:{x}/b', 'a:1/c', false],
  ['a:{+dir}/{file}', 'a:1/2/3', true],
  ['a:{+dir}/{file}', 'a:1/', false],
  ['a:b{/x}', 'a:b/1', true],
  ['a:b{/x}', 'a:b/1/2', false],
  ['a:b{/x*}', 'a:b/1/2', true],
  ['a:b{.x}', 'a:b.1', true],
  ['a:b{.x}', 'a:b1', false],
  ['a:b{;x,y}', 'a:b;x=1;y=2', true],
  ['a:b{;x}', 'a:b/;x=1', false],
  ['a:b{#x}', 'a:b#1/2', true],
  ['a:b{#x}', 'a:b', false],
  ['a:b{?x,y}', 'a:b?x=1&y=2', true],
  ['a:b{?x,y}', 'a:b', true],
  ['a:b{?x}', 'a:b1', false],
  ['a:b{?x}', 'a:b?x=1#2', false],
  ['a:b?c=d{&x}', 'a:b?c=d&x=1', true],
  ['a:b?c=d{&x}', 'a:b?c=d', true],
  ['github://{owner}/{repo}/contents{/path*}', 'github://o/r/contents/a/b', true],
  ['a:{+x}', `a:${'x'.repeat(2046)}`, true],
  ['a:{+x}', `a:${'x'.repeat(2047)}`, false],
])('of %s a URI is %s: %s', (template, uri, isMade) => {
  expect(makes(template, uri)).toBe(isMade);
});

test.each([
  ['{+x}', 'Its URI template does not begin with a scheme, such as "file:".'],
  ['{scheme}://x', 'Its URI template does not begin with a scheme, such as "file:".'],
  ['//x/{y}', 'Its URI template does not begin with a scheme, such as "file:".'],
  ['', 'Its URI template does not begin with a scheme, such as "file:".'],
  ['a:{x', 'Its URI template is none of RFC 6570, such as "file:///{+path}".'],
  ['a:x}', 'Its URI template is none of RFC 6570, such as "file:///{+path}".'],
  ['a:{{x}}', 'Its URI template is none of RFC 6570, such as "file:///{+path}".'],
  ['a:{}', 'Its URI template is none of RFC 6570, such as "file:///{+path}".'],
  ['a:{+}', 'Its URI template is none of RFC 6570, such as "file:///{+path}".'],
  ['a:{x,}', 'Its URI template is none of RFC 6570, such as "file:///{+path}".'],
  [`a:${'{x}'.repeat(11)}`, 'Its URI template has more than 10 expressions.'],
  [`a:${'x'.repeat(511)}`, 'Its URI template is longer than 512 characters.'],
])('nothing is matched by %s', (template, why) => {
  expect(parsedTemplate(template)).toBe(why);
});

test('short random URIs and templates match as they do in the SDK, which uses regular expressions', () => {
  const { below } = seededRandom();
  const some = (most: number, ...pieces: readonly string[]) =>
    Array.from({ length: 1 + below(most) }, () => pieces[below(pieces.length)]).join('');
  let matched = 0;
  for (let round = 0; round < 5000; round++) {
    const template = `a:${some(4, 'b', '/', '.', ',', '{x}', '{x*}', '{+x}', '{/x}', '{.x}')}`;
    const uri = `a:${some(6, 'b', '/', '.', ',', 'c')}`;
    const expected = new SdkTemplate(template).match(uri) !== null;
    // The SDK knows lists only with commas; its lists cannot have an empty value.
    if (template.includes('*') && uri.includes(',')) continue;
    expect(makes(template, uri), `${template} ${uri}`).toBe(expected);
    if (expected) matched++;
  }
  expect(matched).toBeGreaterThan(100);
});

test.each([
  ['a:{+a}{+b}{+c}{+d}{+e}!', 'x'],
  [`a:${'{a}'.repeat(10)}!`, 'x'],
  [`a:${`{+a}${'x'.repeat(45)}`.repeat(10)}!`, 'x'],
  [`a:${'{?a}'.repeat(10)}!`, '?'],
])('no template takes long: %s', (template, character) => {
  const hostile: UriTemplate = parsed(template);
  const uri = `a:${character.repeat(2046)}`;
  const began = performance.now();
  for (let time = 0; time < 10; time++) expect(makesUri(hostile, uri)).toBe(false);
  // Ten of the most expensive take some 40 ms; a regular expression does not end.
  expect(performance.now() - began).toBeLessThan(2000);
  expect(stepsOf(hostile, uri)).toBeLessThanOrEqual(512 * 2048);
});

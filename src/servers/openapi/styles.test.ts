import { describe, expect, test } from 'vitest';
import { headerText, pathText, queryPairs } from './styles.ts';

const ARRAY = ['blue', 'black', 'brown'];
const OBJECT = { R: 100, G: 200, B: 150 };

const query = (style: string | undefined, explode: boolean | undefined, value: unknown, reserved?: true) =>
  queryPairs(
    {
      name: 'color',
      ...(style !== undefined && { style }),
      ...(explode !== undefined && { explode }),
      ...(reserved && { reserved }),
    },
    value,
  )
    .map(pair => pair.join('='))
    .join('&');

/** The table of OpenAPI 3.1.1, section 4.8.12.4 "Style Examples". */
describe('parameters of the query are written as the specification has it', () => {
  test.each<[string | undefined, boolean | undefined, unknown, string]>([
    ['form', false, '', 'color='],
    ['form', false, 'blue', 'color=blue'],
    ['form', false, ARRAY, 'color=blue,black,brown'],
    ['form', false, OBJECT, 'color=R,100,G,200,B,150'],
    ['form', true, ARRAY, 'color=blue&color=black&color=brown'],
    ['form', true, OBJECT, 'R=100&G=200&B=150'],
    [undefined, undefined, ARRAY, 'color=blue&color=black&color=brown'],
    ['spaceDelimited', false, ARRAY, 'color=blue%20black%20brown'],
    ['spaceDelimited', false, OBJECT, 'color=R%20100%20G%20200%20B%20150'],
    ['spaceDelimited', undefined, ARRAY, 'color=blue%20black%20brown'],
    ['spaceDelimited', true, ARRAY, 'color=blue&color=black&color=brown'],
    ['pipeDelimited', false, ARRAY, 'color=blue%7Cblack%7Cbrown'],
    ['pipeDelimited', false, OBJECT, 'color=R%7C100%7CG%7C200%7CB%7C150'],
    ['deepObject', true, OBJECT, 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150'],
    ['deepObject', true, { a: { b: 1 } }, 'color%5Ba%5D%5Bb%5D=1'],
    ['deepObject', true, ['x', 'y'], 'color%5B%5D=x&color%5B%5D=y'],
    ['deepObject', true, [{ a: 1 }], 'color%5B0%5D%5Ba%5D=1'],
    ['unheard-of', undefined, 'x', 'color=x'],
    ['constructor', undefined, 'x', 'color=x'],
  ])('%s, explode %s: %j', (style, explode, value, expected) => {
    expect(query(style, explode, value)).toBe(expected);
  });

  test.each<[unknown, string]>([
    ['a&b=c#d', 'color=a%26b%3Dc%23d'],
    ['a b+c', 'color=a%20b%2Bc'],
    ["!'()*~", 'color=%21%27%28%29%2A~'],
    ['\ud800', 'color=%EF%BF%BD'],
    [true, 'color=true'],
    [[1, { a: 1 }], 'color=1&color=%7B%22a%22%3A1%7D'],
  ])('%j is encoded', (value, expected) => {
    expect(query(undefined, undefined, value)).toBe(expected);
  });

  test('reserved characters stay where they may, but for those that end a parameter', () => {
    expect(query(undefined, undefined, 'a/b?c:d@e&f=g#h+i', true)).toBe('color=a/b?c:d@e%26f=g%23h%2Bi');
  });
});

describe('parameters of the path', () => {
  test.each<[string | undefined, boolean | undefined, unknown, string]>([
    ['simple', false, 'blue', 'blue'],
    [undefined, undefined, ARRAY, 'blue,black,brown'],
    ['simple', false, OBJECT, 'R,100,G,200,B,150'],
    ['simple', true, OBJECT, 'R=100,G=200,B=150'],
    ['label', false, 'blue', '.blue'],
    ['label', false, ARRAY, '.blue,black,brown'],
    ['label', true, ARRAY, '.blue.black.brown'],
    ['label', false, OBJECT, '.R,100,G,200,B,150'],
    ['label', true, OBJECT, '.R=100.G=200.B=150'],
    ['matrix', false, 'blue', ';color=blue'],
    ['matrix', false, ARRAY, ';color=blue,black,brown'],
    ['matrix', true, ARRAY, ';color=blue;color=black;color=brown'],
    ['matrix', false, OBJECT, ';color=R,100,G,200,B,150'],
    ['matrix', true, OBJECT, ';R=100;G=200;B=150'],
    ['simple', false, 'a/b?c#d', 'a%2Fb%3Fc%23d'],
  ])('%s, explode %s: %j', (style, explode, value, expected) => {
    const styled = { name: 'color', ...(style && { style }), ...(explode !== undefined && { explode }) };
    expect(pathText(styled, value)).toBe(expected);
  });
});

test('headers are written plainly', () => {
  expect(headerText({ name: 'x' }, ARRAY)).toBe('blue,black,brown');
  expect(headerText({ name: 'x', explode: true }, OBJECT)).toBe('R=100,G=200,B=150');
});

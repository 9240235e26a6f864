import type { Styled } from './operation.ts';

/** Characters that stay as they are where reserved ones may (RFC 3986 section 2.2), without those that end a parameter. */
const RESERVED = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B|3D|5B|5D)/g;

type Encode = (text: string) => string;

/** A name and a value, both encoded. */
export type Pair = readonly [name: string, value: string];

/** Writes the pairs of a value in each style of the query (OpenAPI 3.1 section 4.8.12.3). */
const QUERY_STYLES: Readonly<Record<string, (written: Written) => Pair[]>> = {
  form: ({ name, value, explode, encode }) => {
    if (Array.isArray(value)) {
      const items = value.map(item => encode(plain(item)));
      return explode ? items.map(item => [encode(name), item]) : [[encode(name), items.join(',')]];
    }
    if (!isObject(value)) return [[encode(name), encode(plain(value))]];
    if (explode) return entriesOf(value, encode, encodePart);
    return [[encode(name), entriesOf(value, encode).flat().join(',')]];
  },
  spaceDelimited: written => delimited(written, '%20'),
  pipeDelimited: written => delimited(written, '%7C'),
  deepObject: ({ name, value, encode }) => deepPairs(name, value, encode),
};

/** What is to be written. */
interface Written {
  readonly name: string;
  readonly value: unknown;
  readonly explode: boolean;
  readonly encode: Encode;
}

/** A parameter of the query, or a member of a form, as pairs. */
export function queryPairs({ name, style = 'form', explode, reserved }: Styled, value: unknown): Pair[] {
  const write = Object.hasOwn(QUERY_STYLES, style) ? QUERY_STYLES[style] : QUERY_STYLES.form;
  const encode = reserved ? encodeUnreserved : encodePart;
  return write?.({ name, value, explode: explode ?? style === 'form', encode }) ?? [];
}

/** What goes in the place of a path parameter: styles simple, label and matrix. */
export function pathText(
  { name, style = 'simple', explode = false, reserved }: Styled,
  value: unknown,
): string {
  const encode = reserved ? encodeSegments : encodePart;
  if (style === 'label') return `.${joined(value, { explode, encode }, explode ? '.' : ',')}`;
  if (style !== 'matrix') return joined(value, { explode, encode }, ',');
  const own = encodePart(name);
  if (explode && Array.isArray(value)) return value.map(item => `;${own}=${encode(plain(item))}`).join('');
  if (explode && isObject(value))
    return entriesOf(value, encode, encodePart)
      .map(pair => `;${pair.join('=')}`)
      .join('');
  return `;${own}=${joined(value, { explode: false, encode }, ',')}`;
}

/** The value of a header, which is not encoded: style simple. */
export function headerText({ explode = false }: Styled, value: unknown): string {
  return joined(value, { explode, encode: text => text }, ',');
}

/** A single value as text; what nests deeper than styles go is JSON. */
export function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function joined(
  value: unknown,
  { explode, encode }: Pick<Written, 'explode' | 'encode'>,
  by: string,
): string {
  if (Array.isArray(value)) return value.map(item => encode(plain(item))).join(by);
  if (!isObject(value)) return encode(plain(value));
  return entriesOf(value, encode)
    .map(pair => pair.join(explode ? '=' : ','))
    .join(by);
}

function delimited({ name, value, explode, encode }: Written, by: string): Pair[] {
  if (explode || (!Array.isArray(value) && !isObject(value))) {
    return QUERY_STYLES.form?.({ name, value, explode, encode }) ?? [];
  }
  const items = Array.isArray(value)
    ? value.map(item => encode(plain(item)))
    : entriesOf(value, encode).flat();
  return [[encode(name), items.join(by)]];
}

/** `name[member]=value`, at any depth; of lists, which the specification leaves open, `name[]=value` and `name[0][member]=value`. */
function deepPairs(name: string, value: unknown, encode: Encode): Pair[] {
  if (Array.isArray(value)) {
    const isFlat = value.every(item => !isObject(item) && !Array.isArray(item));
    return value.flatMap((item, index) => deepPairs(`${name}[${isFlat ? '' : index}]`, item, encode));
  }
  if (!isObject(value)) return [[encode(name), encode(plain(value))]];
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .flatMap(([key, each]) => deepPairs(`${name}[${key}]`, each, encode));
}

/** @param encodeName of names that stand for themselves: with `=` in one, it would be another. */
function entriesOf(value: object, encode: Encode, encodeName = encode): Pair[] {
  return Object.entries(value).map(([name, each]) => [encodeName(name), encode(plain(each))] as const);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 3986 unreserved characters stay, all else is encoded. */
function encodePart(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function encodeUnreserved(text: string): string {
  return encodePart(text).replaceAll(RESERVED, decodeURIComponent);
}

function encodeSegments(text: string): string {
  return text.split('/').map(encodePart).join('/');
}

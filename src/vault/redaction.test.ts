import { describe, expect, test } from 'vitest';
import { concat, utf8 } from '../crypto/bytes.ts';
import { type SeededRandom, seededRandom } from '../crypto/random.fake.ts';
import { formsOf, type SecretForm } from './redaction/secret-forms.ts';
import { Redactor, redactionStream, redactText } from './redaction.ts';

const TOKEN = 'gho_16C7e42F292c6912E7710c838347Ae178B4a';
const AWKWARD = 'p+/ä"\\s 😀<&>\'=%41?~#\n_-';

const bytesOf = (encoding: BufferEncoding, text: string) => Buffer.from(Buffer.from(text).toString(encoding));
const utf16 = (text: string, bigEndian: boolean) => {
  const bytes = Buffer.from(text, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};
const each = (text: string, write: (character: string) => string) => utf8([...text].map(write).join(''));
const percent = (text: string) =>
  [...utf8(text)].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** The longest that a form can be, in bytes. */
function longestOf(form: SecretForm): number {
  const lengths = form.map(spellings => Math.max(...spellings.map(({ bytes }) => bytes.length)));
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** Base64 of a secret among others, without the characters that it shares with them. */
const base64 = (secret: string, before: string, encoding: BufferEncoding): Uint8Array => {
  const first = [0, 2, 3][before.length] ?? 0;
  const encoded = Buffer.from(`${before}${secret}`).toString(encoding).replaceAll('=', '');
  const last = Buffer.byteLength(before + secret) % 3 === 0 ? encoded.length : encoded.length - 1;
  return utf8(encoded.slice(first, last));
};

/** Each form that must not pass, by its name. */
const FORMS: Readonly<Record<string, (secret: string) => Uint8Array>> = {
  raw: utf8,
  'base64, first alignment': secret => base64(secret, '', 'base64'),
  'base64, second alignment': secret => base64(secret, 'x', 'base64'),
  'base64, third alignment': secret => base64(secret, 'xy', 'base64'),
  'base64url, first alignment': secret => base64(secret, '', 'base64url'),
  'base64url, second alignment': secret => base64(secret, 'x', 'base64url'),
  'base64url, third alignment': secret => base64(secret, 'xy', 'base64url'),
  'base64 of a mail': secret =>
    utf8(Buffer.from(secret).toString('base64').replace(/=+$/, '').replace(/.{16}/g, '$&\r\n')),
  'base64, JSON-escaped': secret => each(Buffer.from(base64(secret, '', 'base64')).toString(), jsonSlash),
  'base64, percent-encoded': secret =>
    utf8(encodeURIComponent(Buffer.from(base64(secret, '', 'base64')).toString())),
  'percent-encoded': secret => utf8(encodeURIComponent(secret)),
  'percent-encoded throughout': secret => utf8(percent(secret)),
  'percent-encoded in upper case': secret => utf8(percent(secret).toUpperCase()),
  'percent-encoded twice': secret => utf8(encodeURIComponent(encodeURIComponent(secret))),
  'of a form': secret => utf8(new URLSearchParams({ a: secret }).toString().slice(2)),
  JSON: secret => utf8(JSON.stringify(secret).slice(1, -1)),
  'JSON with slashes escaped': secret => utf8(JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/')),
  'JSON in ASCII': secret =>
    utf8(
      secret
        .split('')
        .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join(''),
    ),
  HTML: secret => each(secret, character => HTML[character] ?? character),
  'HTML throughout': secret => each(secret, character => `&#${character.codePointAt(0)};`),
  hexadecimal: secret => bytesOf('hex', secret),
  'hexadecimal in upper case': secret => utf8(bytesOf('hex', secret).toString().toUpperCase()),
  'hexadecimal with colons': secret => utf8(bytesOf('hex', secret).toString().match(/../g)?.join(':') ?? ''),
  'UTF-16LE': secret => utf16(secret, false),
  'UTF-16BE': secret => utf16(secret, true),
};
const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const jsonSlash = (character: string) => (character === '/' ? '\\/' : character);

/** A body through the redactor, cut at random places. */
function redacted(random: SeededRandom, body: Uint8Array, secrets: readonly string[]): Buffer {
  const redactor = new Redactor(secrets);
  const bound = Math.max(...secrets.flatMap(formsOf).map(longestOf)) - 1;
  const passed: Uint8Array[] = [];
  for (let at = 0; at < body.length; ) {
    const next = at + random.below(random.below(4) === 0 ? 80 : 3);
    passed.push(redactor.push(body.subarray(at, next)));
    expect(redactor.heldBytes).toBeLessThanOrEqual(bound);
    at = next;
  }
  return Buffer.from(concat(...passed, redactor.end()));
}

/** Bytes with what secrets are made of, so that beginnings of forms are frequent. */
function noise(random: SeededRandom, secret: string): Uint8Array {
  const kinds = [
    () => random.bytes(random.below(40)),
    () => utf8(random.text(20)),
    () => {
      const forms = Object.values(FORMS);
      const form = forms[random.below(forms.length)]?.(secret) ?? new Uint8Array();
      return form.subarray(0, random.below(form.length));
    },
  ];
  return kinds[random.below(kinds.length)]?.() ?? new Uint8Array();
}

describe.each([
  ['a token', TOKEN],
  ['a password of awkward characters', AWKWARD],
])('%s', (_name, secret) => {
  test.each(Object.entries(FORMS))('%s does not pass, wherever the body is cut', (_form, write) => {
    const random = seededRandom();
    const form = write(secret);
    for (let round = 0; round < 40; round += 1) {
      const body = concat(noise(random, secret), form, noise(random, secret), form);
      const passed = redacted(random, body, [secret]);
      expect(passed.includes(Buffer.from(form))).toBe(false);
      expect(passed.toString('latin1').split('[redacted]').length).toBeGreaterThan(2);
    }
  });

  test('a form cut in two at each of its bytes does not pass', () => {
    for (const write of Object.values(FORMS)) {
      const form = write(secret);
      for (let cut = 0; cut <= form.length; cut += 1) {
        const redactor = new Redactor([secret]);
        const parts = [form.subarray(0, cut), form.subarray(cut)].map(part => redactor.push(part));
        // At the end, base64 of the whole has a character with the last four bits at most.
        expect(Buffer.from(concat(...parts, redactor.end())).toString()).toMatch(/^\[redacted\].?$/);
      }
    }
  });

  test('a body without it passes byte for byte', () => {
    const random = seededRandom();
    for (let round = 0; round < 400; round += 1) {
      const body = concat(noise(random, secret), utf8('. '), noise(random, secret));
      const expected = Buffer.from(body);
      // The beginning of a form and what follows it by chance may be a form; base64 is one without its last bits, too.
      if (redactText(expected.toString('latin1'), [secret]).includes('[redacted]')) {
        const forms = Object.values(FORMS).map(write => Buffer.from(write(secret)));
        expect(forms.some(form => expected.includes(form.subarray(0, -1)))).toBe(true);
        continue;
      }
      expect(redacted(random, body, [secret]).equals(expected)).toBe(true);
    }
  });
});

test('any mixture of escapes is one form', () => {
  const random = seededRandom();
  const escapes = [
    (c: string) => c,
    percent,
    (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    (c: string) => `&#x${c.charCodeAt(0).toString(16)};`,
  ];
  for (let round = 0; round < 200; round += 1) {
    const mixed = [...TOKEN].map(c => escapes[random.below(escapes.length)]?.(c) ?? c).join('');
    expect(redactText(`a ${mixed} b`, [TOKEN])).toBe('a [redacted] b');
  }
});

test('what holds several secrets is freed of all of them', () => {
  const basic = Buffer.from('ada:correct horse battery').toString('base64');
  const secrets = ['correct horse battery', 'ada:correct horse battery', TOKEN];
  expect(redactText(`Basic ${basic}, ${TOKEN}, ada:correct horse battery`, secrets)).toBe(
    'Basic [redacted]Q==, [redacted], [redacted]',
  );
});

test('text is freed of a secret that is not ASCII, whether its characters are bytes or not', () => {
  const secret = 'pässword€1';
  const bytes = Buffer.from(secret).toString('latin1');
  expect(redactText(`a ${secret} é`, [secret])).toBe('a [redacted] é');
  expect(redactText(`a ${bytes} é`, [secret])).toBe('a [redacted] é');
});

test('nothing is held back where no secret can begin, so events are not delayed', () => {
  const redactor = new Redactor([TOKEN]);
  const event = utf8('data: {"done":1}\n\n');
  expect(redactor.push(event)).toEqual(event);
  expect(redactor.heldBytes).toBe(0);
});

test('text that repeats the beginning of a secret costs no more than its length allows', () => {
  const secret = '%25'.repeat(200);
  const redactor = new Redactor([secret]);
  const passed = redactor.push(utf8(`${'%25'.repeat(150)}%2`.repeat(20)));
  expect(passed.length + redactor.heldBytes).toBeGreaterThan(0);
});

test('a stream is redacted and ends with all that it held', async () => {
  const pieces = [`a ${TOKEN.slice(0, 9)}`, `${TOKEN.slice(9)} b gh`, 'o_'].map(utf8);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  expect(await new Response(stream.pipeThrough(redactionStream([TOKEN]))).text()).toBe('a [redacted] b gho_');
});

test('an event that is over passes at once, whatever its data end with, unless the secret itself has empty lines', () => {
  const random = seededRandom();
  for (let round = 0; round < 300; round += 1) {
    const secret = random.below(2) === 0 ? TOKEN : `${random.text(16)}padding`.replace(/[\r\n]/g, '');
    const redactor = new Redactor([secret]);
    for (const end of ['\n\n', '\r\n\r\n', '\r\r']) {
      const forms = Object.values(FORMS);
      const form = forms[random.below(forms.length)]?.(secret) ?? new Uint8Array();
      const event = concat(utf8('data: '), form.subarray(0, random.below(form.length)), utf8(end));
      redactor.push(event);
      expect(redactor.heldBytes).toBe(0);
    }
  }
});

import { expect, test } from 'vitest';
import { findPersonalData } from './personal-data.ts';

const found = (text: string) =>
  findPersonalData(text).map(({ start, end, pattern }) => `${pattern} ${text.slice(start, end)}`);

test.each([
  ['Write to ada.l+work@mail.example.co.uk, please', ['email ada.l+work@mail.example.co.uk']],
  ['<ada@example.com>,<bob@example.com>', ['email ada@example.com', 'email bob@example.com']],
  ['Card 4111 1111 1111 1111 exp 12/29', ['card-number 4111 1111 1111 1111']],
  ['3782-822463-10005', ['card-number 3782-822463-10005']],
  ['5555555555554444', ['card-number 5555555555554444']],
  ['IBAN DE89 3704 0044 0532 0130 00 AND MORE', ['iban DE89 3704 0044 0532 0130 00']],
  ['GB29NWBK60161331926819', ['iban GB29NWBK60161331926819']],
  [
    'call +49 30 901820 or +1 (555) 010-9999',
    ['phone-number +49 30 901820', 'phone-number +1 (555) 010-9999'],
  ],
  ['SSN 123-45-6789.', ['us-ssn 123-45-6789']],
])('%s', (text, expected) => expect(found(text)).toEqual(expected));

test.each([
  '4111 1111 1111 1112',
  '1234567890123456',
  '1732550000000',
  '2026-11-25T17:00:00Z 192.168.100.200',
  'DE89 3704 0044 0532 0130 01',
  '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
  '000-12-3456 and 123-00-4567',
  'npm install @types/node@24 a@b',
  '1+1=2, C++11, +1',
])('what has no such form, or wrong check digits, is let be: %s', text => expect(found(text)).toEqual([]));

test.each(['a', 'a@', '1 ', '4', '@a.', '+1', 'AA11 ', 'a.', '1-'])(
  'a megabyte of %j takes no time that counts',
  text => {
    const long = text.repeat(1_000_000 / text.length);
    const startedAt = performance.now();
    findPersonalData(long);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  },
);

import { type Finder, type Finding, inOrder } from './finder.ts';

/** A form that data about people have. */
interface PersonalPattern {
  readonly name: string;
  /** Without one of these in it a text has nothing of the kind. */
  readonly hint: RegExp;
  /** Global, of bounded length, and beginning where nothing of it may come before, so that the cost is linear. */
  readonly form: RegExp;
  /** What the form alone does not tell: how much of it is one, or 0. */
  readonly lengthOf?: (text: string) => number;
}

/** Addresses of mail, cards, accounts, and numbers that people and their phones have. What has no form, such as names, is not found. */
const PATTERNS: readonly PersonalPattern[] = [
  {
    name: 'email',
    hint: /@/,
    form: /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g,
  },
  {
    name: 'card-number',
    hint: /\d{4}/,
    form: /(?<![\d.-])\d(?:[ -]?\d){13,18}(?![\d-])/g,
    lengthOf: text => (isCardNumber(text) ? text.length : 0),
  },
  {
    name: 'iban',
    hint: /[A-Z]{2}\d{2}/,
    form: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])/g,
    lengthOf: ibanLength,
  },
  { name: 'phone-number', hint: /\+\d|\+\(/, form: /(?<![\w+])\+\(?\d(?:[ ().-]{0,2}\d){7,14}(?!\d)/g },
  { name: 'us-ssn', hint: /\d-/, form: /(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g },
];

/** Finds data about people by their forms; card and account numbers by their check digits too. */
export const findPersonalData: Finder = text => {
  const found: Finding[] = [];
  for (const { name, hint, form, lengthOf } of PATTERNS) {
    if (!hint.test(text)) continue;
    for (const match of text.matchAll(form)) {
      const length = lengthOf ? lengthOf(match[0]) : match[0].length;
      if (length > 0) found.push({ start: match.index, end: match.index + length, pattern: name });
    }
  }
  return inOrder(found);
};

/** What card numbers begin with, and how long they are then (ISO/IEC 7812; the networks' own ranges). */
const CARDS =
  /^(?:4\d{15}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|35\d{14}|6\d{15,18})$/;

function isCardNumber(text: string): boolean {
  const digits = text.replaceAll(/[ -]/g, '');
  return CARDS.test(digits) && luhnSum(digits) % 10 === 0;
}

/** ISO/IEC 7812-1, annex B. */
function luhnSum(digits: string): number {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number(digits[digits.length - 1 - at]);
    sum += at % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum;
}

/** Words in capitals that follow an account number look like groups of it: they are left off one by one. */
function ibanLength(text: string): number {
  for (let end = text.length; end > 0; end = text.lastIndexOf(' ', end - 1)) {
    if (isIban(text.slice(0, end))) return end;
  }
  return 0;
}

/** ISO 13616: the check digits make the whole, as a number, 1 modulo 97. */
function isIban(text: string): boolean {
  const iban = text.replaceAll(' ', '');
  if (iban.length < 15 || iban.length > 34) return false;
  let rest = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

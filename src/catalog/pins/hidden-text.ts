/**
 * What a reader does not see and a model does: characters that draw nothing (tags, variation selectors, joiners), that turn the direction
 * of writing, and control characters other than tabs and line breaks. Instructions are smuggled in them, and text that reads well is
 * made of other words by them.
 */
const HIDDEN = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cc}\u2028\u2029\ufff9-\ufffb]/u;

/** Of these, what ordinary text needs: tab, line breaks, and the joiners and the selector of scripts and of emoji. */
const ORDINARY = /[\t\n\r\u200c]|\u200d|\ufe0f/u;

/** In a row they are a code and no text; emoji need two. */
const MOST_JOINERS = 2;

/** Text as agents get it: without what is hidden in it. Everything that can be read stays as it is. */
export function visibleText(text: string): string {
  return mapped(text, () => '');
}

/** Text as operators get it: what is hidden in it is written out, as `\u{202e}`. */
export function escapedText(text: string): string {
  return mapped(
    text.replaceAll('\\u{', '\\\\u{'),
    character => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

/** Whether a value holds hidden text anywhere, in names of members too. */
export function holdsHiddenText(value: unknown): boolean {
  if (typeof value === 'string') return visibleText(value) !== value;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, member]) => holdsHiddenText(name) || holdsHiddenText(member));
}

/** Members that are for reading, in definitions and in schemas. */
const READ: readonly string[] = ['title', 'description', '$comment'];

/** A definition whose texts are as agents get them. Names and values are not touched: they are what the server knows them by. */
export function withVisibleTexts<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(withVisibleTexts) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [
    name,
    READ.includes(name) && typeof member === 'string' ? visibleText(member) : withVisibleTexts(member),
  ]);
  return Object.fromEntries(members) as Value;
}

function mapped(text: string, instead: (character: string) => string): string {
  let joiners = 0;
  let seen = '';
  for (const character of text) {
    const isOrdinary = ORDINARY.test(character);
    const isJoiner = isOrdinary && character > '~';
    joiners = isJoiner ? joiners + 1 : 0;
    const isHidden = isJoiner ? joiners > MOST_JOINERS : !isOrdinary && HIDDEN.test(character);
    seen += isHidden ? instead(character) : character;
  }
  return seen;
}

/** The longest template that is matched, in characters. */
export const MAX_TEMPLATE_LENGTH = 512;

/** The most expressions of a template that is matched. */
export const MAX_EXPRESSIONS = 10;

/** The longest URI that is matched, in characters. */
export const MAX_MATCHED_URI_LENGTH = 2048;

/** Of RFC 3986, section 3.1, at the start of a URI. */
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;

/** What an expression stands for. */
interface Expression {
  /** What it begins with. */
  readonly first: string;
  /** Characters that its values cannot have. */
  readonly without: string;
  readonly mayBeMissing: boolean;
}

/** A template that URIs are matched by. */
export interface UriTemplate {
  readonly text: string;
  /** What all URIs of it begin with. */
  readonly start: string;
  readonly parts: readonly (string | Expression)[];
}

/** What of RFC 6570, section 3.2, tells the operators apart. Of one value neither "," nor, for most, "/" is part; of several they are. */
const OPERATORS: Readonly<
  Record<string, { first: string; one: string; several: string; mayBeMissing?: true }>
> = {
  '': { first: '', one: '/,', several: '/' },
  '+': { first: '', one: '', several: '' },
  '#': { first: '#', one: '', several: '' },
  '.': { first: '.', one: '/,', several: '/' },
  '/': { first: '/', one: '/,', several: '' },
  ';': { first: ';', one: '/', several: '/' },
  '?': { first: '?', one: '#', several: '#', mayBeMissing: true },
  '&': { first: '&', one: '#', several: '#', mayBeMissing: true },
};

/**
 * A template of RFC 6570 in parts, or a sentence that says why there is no matching by it: it is too long, broken, or of any scheme.
 * How values are encoded and how long they are makes no difference here.
 */
export function parsedTemplate(template: string): UriTemplate | string {
  if (template.length > MAX_TEMPLATE_LENGTH) {
    return `Its URI template is longer than ${MAX_TEMPLATE_LENGTH} characters.`;
  }
  if (!SCHEME.test(template)) return 'Its URI template does not begin with a scheme, such as "file:".';
  const [literal = '', ...rest] = template.split('{');
  if (rest.length > MAX_EXPRESSIONS) return `Its URI template has more than ${MAX_EXPRESSIONS} expressions.`;
  const parts: (string | Expression)[] = [literal];
  for (const piece of rest) {
    const [inner = '', after, another] = piece.split('}');
    const expression = after === undefined || another !== undefined ? null : expressionOf(inner);
    if (!expression) return BROKEN;
    parts.push(expression, after ?? '');
  }
  if (literal.includes('}')) return BROKEN;
  return { text: template, start: literal, parts: parts.filter(part => part !== '') };
}

const BROKEN = 'Its URI template is none of RFC 6570, such as "file:///{+path}".';

function expressionOf(inner: string): Expression | null {
  const symbol = /^[+#./;?&]/.exec(inner)?.[0] ?? '';
  const names = inner.slice(symbol.length).split(',');
  const operator = OPERATORS[symbol];
  if (!operator || names.some(name => name.trim() === '')) return null;
  const { first, one, several, mayBeMissing = false } = operator;
  return { first, without: names.length > 1 || inner.endsWith('*') ? several : one, mayBeMissing };
}

/** The most work that it is to match a URI by a template, in steps of a few nanoseconds. */
export function stepsOf({ text }: UriTemplate, uri: string): number {
  return text.length * Math.min(uri.length, MAX_MATCHED_URI_LENGTH);
}

/**
 * Whether a template makes a URI. All ways to do so are followed at a time, so that no template and no URI, both of which come from
 * strangers, takes longer than others of its length.
 */
export function makesUri({ parts }: UriTemplate, uri: string): boolean {
  if (uri.length > MAX_MATCHED_URI_LENGTH) return false;
  let reached = new Uint8Array(uri.length + 1);
  reached[0] = 1;
  for (const part of parts) {
    reached = typeof part === 'string' ? afterText(reached, uri, part) : afterExpression(reached, uri, part);
    if (!reached.includes(1)) return false;
  }
  return reached[uri.length] === 1;
}

/** Where a match may be after a text, for all places where it may be before. */
function afterText(reached: Uint8Array, uri: string, text: string): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(reached.length);
  for (let at = 0; at + text.length <= uri.length; at++) {
    if (reached[at] === 1 && uri.startsWith(text, at)) next[at + text.length] = 1;
  }
  return next;
}

function afterExpression(reached: Uint8Array, uri: string, expression: Expression): Uint8Array<ArrayBuffer> {
  const { first, without, mayBeMissing } = expression;
  const begun = first === '' ? reached : afterText(reached, uri, first);
  const next = mayBeMissing ? new Uint8Array(reached) : new Uint8Array(reached.length);
  let isWithin = false;
  for (let at = 0; at < uri.length; at++) {
    isWithin = (isWithin || begun[at] === 1) && !without.includes(uri.charAt(at));
    if (isWithin) next[at + 1] = 1;
  }
  return next;
}

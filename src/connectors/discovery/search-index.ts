import MiniSearch from 'minisearch';
import { BoundedCache } from '../../catalog/bounded-cache.ts';
import { isObject } from '../../protocol/message.ts';
import type { PlacedItem } from '../named-items.ts';

/** How much of a description is searched: some go on for pages. */
const MAX_SEARCHED_LENGTH = 600;

/** Of the texts whose indexes a Worker isolate keeps: those of a thousand operations have half a megabyte, and their index some. */
const MAX_INDEXED_BYTES = 4 * 1024 * 1024;

/** Words that nearly every description has: they tell no tool from another. */
const EMPTY_WORDS = new Set(['a', 'an', 'and', 'by', 'for', 'in', 'of', 'on', 'or', 'the', 'to', 'with']);

/** What of a tool is searched, and how much a word there counts. */
const BOOST = { name: 4, title: 3, description: 1, parameters: 0.5 };

interface Searched {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: string;
}

/** Finds tools by words: their places in the list that the index was made of, best first. */
export type SearchIndex = (query: string) => readonly number[];

const known = new BoundedCache<SearchIndex>(MAX_INDEXED_BYTES);

/** The index of these tools; one that was made of the same texts is used again. */
export function searchIndexOf(tools: readonly PlacedItem[]): SearchIndex {
  const texts = tools.map(searchedOf);
  const key = JSON.stringify(texts);
  const remembered = known.get(key);
  if (remembered) return remembered;
  const index = newIndex(texts);
  known.set(key, index, key.length);
  return index;
}

function newIndex(texts: readonly Searched[]): SearchIndex {
  const index = new MiniSearch<Searched & { id: number }>({
    fields: Object.keys(BOOST),
    tokenize: words,
    searchOptions: {
      boost: BOOST,
      prefix: term => term.length > 2,
      fuzzy: term => (term.length > 4 ? 0.2 : false),
    },
  });
  index.addAll(texts.map((text, id) => ({ ...text, id })));
  return query => index.search(query).map(({ id }) => id as number);
}

function searchedOf({ name, item }: PlacedItem): Searched {
  const { properties } = isObject(item.inputSchema) ? item.inputSchema : {};
  return {
    name,
    title: textOf(item.title),
    description: textOf(item.description).slice(0, MAX_SEARCHED_LENGTH),
    parameters: isObject(properties) ? Object.keys(properties).join(' ') : '',
  };
}

/** The words that are searched. Names are words put together: `issues_listForRepo`, `HTTPServer`. */
export function words(text: string): string[] {
  return text
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .map(word => word.toLowerCase())
    .filter(word => word !== '' && !EMPTY_WORDS.has(word));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

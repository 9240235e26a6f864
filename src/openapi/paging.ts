import type { WirePaging, WireParameter } from './wire.ts';

/** What parameters of the query are called that bring further pages, by what they count. The first that is there is it. */
const TURNERS: readonly { readonly by: WirePaging['by']; readonly names: readonly string[] }[] = [
  {
    by: 'cursor',
    names: [
      'cursor',
      'page_token',
      'pagetoken',
      'next_token',
      'nexttoken',
      'start_cursor',
      'starting_after',
      'after',
    ],
  },
  { by: 'page', names: ['page', 'page_number', 'pagenumber', 'page[number]'] },
  { by: 'offset', names: ['offset', 'start', 'startat', 'skip', '$skip', 'page[offset]'] },
];

const SIZES: readonly string[] = [
  'per_page',
  'perpage',
  'page_size',
  'pagesize',
  'limit',
  'max_results',
  'maxresults',
  'first',
  'count',
  '$top',
  'top',
  'page[size]',
  'page[limit]',
];

/** How an operation's further pages are asked for, as the names of its parameters tell; null where they do not. */
export function pagingOf(parameters: readonly WireParameter[]): WirePaging | null {
  const query = parameters.filter(each => each.in === 'query');
  const named = (names: readonly string[]) => query.find(({ name }) => names.includes(name.toLowerCase()));
  const size = named(SIZES);
  for (const { by, names } of TURNERS) {
    const found = named(names);
    if (found) return { by, arg: found.arg, ...(size && { size: size.arg }) };
  }
  return null;
}

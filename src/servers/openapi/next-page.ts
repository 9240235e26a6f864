import { argumentOf } from './arguments.ts';
import type { Api, Arguments, Operation, Paging } from './operation.ts';
import { urlOf } from './request.ts';

/** Members of answers that hold the cursor of the next page, and members that hold such members. */
const CURSORS = [
  'next_cursor',
  'nextcursor',
  'next_page_token',
  'nextpagetoken',
  'next_token',
  'nexttoken',
  'end_cursor',
  'endcursor',
  'after',
  'next',
  'cursor',
];
const HOLDERS = [
  'meta',
  'metadata',
  'pagination',
  'paging',
  'page_info',
  'pageinfo',
  'response_metadata',
  'cursors',
  'links',
];

/** An answer that may have more after it. */
export interface Paged {
  readonly api: Api;
  readonly operation: Operation;
  readonly args: Arguments;
  readonly headers: Headers;
  /** What it says as JSON; undefined where it is none. */
  readonly json: unknown;
}

/** The arguments that bring the next page, beside those of this call; null where nothing says that there is one. */
export function nextPage(paged: Paged): Record<string, string | number> | null {
  return fromLink(paged) ?? fromHeader(paged) ?? fromCursor(paged) ?? fromCount(paged);
}

/** What the link to the next page (RFC 8288) has in its query that this call has not. */
function fromLink({ api, operation, args, headers }: Paged): Record<string, string> | null {
  const target = /<([^>]*)>\s*;[^<]*\brel="?next\b/i.exec(headers.get('link') ?? '')?.[1];
  if (target === undefined) return null;
  const here = urlOf(api, operation, args);
  if (!URL.canParse(target, here)) return null;
  const there = new URL(target, here).searchParams;
  const changed = operation.parameters.filter(
    ({ in: place, name }) =>
      place === 'query' && there.has(name) && there.get(name) !== here.searchParams.get(name),
  );
  if (changed.length === 0) return null;
  return Object.fromEntries(changed.map(({ arg, name }) => [arg, there.get(name) ?? '']));
}

function fromHeader({ operation: { paging }, headers }: Paged): Record<string, string> | null {
  const next = headers.get('x-next-page');
  return paging?.by === 'page' && next ? { [paging.arg]: next } : null;
}

function fromCursor({ operation: { paging }, args, json }: Paged): Record<string, string | number> | null {
  if (paging?.by !== 'cursor') return null;
  const cursor =
    cursorIn(json) ??
    holdersOf(json)
      .map(cursorIn)
      .find(found => found !== null);
  return cursor === undefined || cursor === null || cursor === argumentOf(args, paging.arg)
    ? null
    : { [paging.arg]: cursor };
}

function cursorIn(json: unknown): string | number | null {
  const found = lowered(json);
  for (const name of CURSORS) {
    const value = found.get(name);
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') return value;
  }
  return null;
}

function holdersOf(json: unknown): unknown[] {
  const found = lowered(json);
  return HOLDERS.flatMap(name => (found.has(name) ? [found.get(name)] : []));
}

function lowered(json: unknown): ReadonlyMap<string, unknown> {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  return new Map(isObject ? Object.entries(json).map(([name, value]) => [name.toLowerCase(), value]) : []);
}

/** A page that is as full as was asked for is hardly the last. */
function fromCount({ operation: { paging }, args, json }: Paged): Record<string, number> | null {
  if (!paging || paging.by === 'cursor' || paging.size === undefined) return null;
  const size = Number(argumentOf(args, paging.size));
  const count = countOf(json);
  if (!(size > 0) || count < size) return null;
  return { [paging.arg]: following(paging, Number(argumentOf(args, paging.arg)), count) };
}

function following({ by }: Paging, current: number, count: number): number {
  if (by === 'page') return (Number.isFinite(current) ? current : 1) + 1;
  return (Number.isFinite(current) ? current : 0) + count;
}

/** How many items a page holds: the list that it is, or the only one in it. */
function countOf(json: unknown): number {
  if (Array.isArray(json)) return json.length;
  const lists = [...lowered(json).values()].filter(value => Array.isArray(value));
  return lists.length === 1 ? (lists[0]?.length ?? 0) : 0;
}

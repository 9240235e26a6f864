import * as z from 'zod';

/** GitHub's own bound. */
const MAX_PER_PAGE = 100;

/** The members of an input that ask for a page. The names are GitHub's. */
export const pageInput = (perPage = 20) => ({
  page: z.int().min(1).max(1000).default(1).describe('Which page, from 1.'),
  per_page: z.int().min(1).max(MAX_PER_PAGE).default(perPage).describe('How many per page.'),
});

/** The member of an output that tells of a further page. */
export const NextPage = z.int().optional().describe('The page to ask for next. Absent on the last.');

/** What an output says of the page that follows: nothing on the last. */
export function nextPage(hasMore: boolean, page: number): { nextPage?: number } {
  return hasMore ? { nextPage: page + 1 } : {};
}

/** The same as a line of text; none on the last page. */
export function moreLines(hasMore: boolean, page: number): string[] {
  return hasMore ? [`More follow: call again with page ${page + 1}.`] : [];
}

import { describe, expect, it } from 'vitest';
import { refusalOf } from './refusal.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

function told(status: number, json: unknown, headers: Record<string, string> = {}) {
  return refusalOf(new Response(null, { status, headers }), json, NOW_MS).toText();
}

describe('a refusal', () => {
  it.each([
    [429, { message: 'x' }, { 'retry-after': '30' }, 'at 2026-01-01T00:00:30Z (in 30 s)'],
    [
      403,
      { message: 'API rate limit exceeded for user ID 1.' },
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW_MS / 1000 + 90) },
      'at 2026-01-01T00:01:30Z (in 90 s)',
    ],
    [403, { message: 'You have exceeded a secondary rate limit.' }, {}, 'at 2026-01-01T00:01:00Z (in 60 s)'],
    [403, { message: 'x' }, { 'retry-after': '5', 'x-ratelimit-remaining': '10' }, '(in 5 s)'],
    [429, null, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' }, '(in 1 s)'],
    [429, null, { 'retry-after': 'Thu, 01 Jan 2026 00:00:10 GMT' }, '(in 60 s)'],
  ])('of a limit says when to try again: %i %j %j', (status, json, headers, words) => {
    const text = told(status, json, headers as unknown as Record<string, string>);
    expect(text).toMatch(/^Rate limited: GitHub takes no more requests/);
    expect(text).toContain(words);
  });

  it('of a credential asks to connect again', () => {
    expect(told(401, { message: 'Bad credentials' })).toBe(
      'Not connected: GitHub did not accept the credential. The user has to connect GitHub again.',
    );
  });

  it('of an organisation with single sign-on says where to sign in, without the ticket in the address', () => {
    const url = 'https://github.com/orgs/acme/sso?authorization_request=AZSCKtL4U8yX1H3sCQIVnVgmjmon5fWx';
    const text = told(
      403,
      { message: 'Resource protected by organization SAML enforcement.' },
      {
        'x-github-sso': `required; url=${url}`,
      },
    );
    expect(text).toMatch(/^No access: Resource protected by organization SAML enforcement\./);
    expect(text).toContain('sign in at https://github.com/orgs/acme/sso and then connect GitHub again');
    expect(text).not.toContain('AZSCK');
  });

  it.each(['required; url=javascript:alert(1)', 'required', ''])('hands on no other address: %j', header => {
    expect(told(403, {}, { 'x-github-sso': header })).toContain('sign in there and then connect');
  });

  it('of an app names the permissions that it lacks', () => {
    const text = told(
      403,
      { message: 'Resource not accessible by integration' },
      {
        'x-accepted-github-permissions': 'issues=write',
      },
    );
    expect(text).toContain('GitHub wants one of these permissions: issues=write.');
  });

  it.each([
    [
      404,
      'Not found: gone. Either it does not exist, or the connected account may not see it, which GitHub does not tell apart.',
    ],
    [409, 'Not found: gone.'],
    [410, 'Not found: gone.'],
    [301, 'Not found: It was moved. Read it first, and use the name that it has now.'],
    [451, 'No access: gone. The user, or who owns the repository, has to give the connected account access.'],
    [400, 'Not valid: gone.'],
    [500, 'GitHub trouble: GitHub failed with status 500. Try again later.'],
    [503, 'GitHub trouble: GitHub failed with status 503. Try again later.'],
  ])('of %i is told as such', (status, text) => {
    expect(told(status, { message: 'gone.' })).toBe(text);
  });

  it.each([
    [[{ resource: 'Issue', field: 'title', code: 'missing_field' }], '- title: missing field'],
    [
      [{ resource: 'Search', field: 'q', code: 'invalid', message: 'The listed users\ncannot be searched' }],
      '- q: The listed users cannot be searched',
    ],
    [['Only one'], '- Only one'],
    ['One text', '- One text'],
    [[{ code: 'custom', message: null }], '- custom'],
  ])('of what was sent names each fault: %j', (errors, line) => {
    expect(told(422, { message: 'Validation Failed', errors })).toBe(
      `Not valid: Validation Failed.\n${line}`,
    );
  });

  it('is bounded, whatever GitHub says', () => {
    const errors = Array.from({ length: 100 }, () => ({ field: 'f'.repeat(1000), code: 'c'.repeat(1000) }));
    const text = told(422, { message: `a\u001b[2J${'m'.repeat(10_000)}`, errors });
    expect(text.length).toBeLessThan(4000);
    expect(text).not.toContain('\u001b');
  });

  it.each([undefined, null, 'text', [], { message: 1, errors: {} }])(
    'without a reason is told all the same: %j',
    json => {
      expect(told(422, json)).toMatch(/^Not valid: GitHub refused without a reason\./);
    },
  );
});

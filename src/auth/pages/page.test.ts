import { describe, expect, test } from 'vitest';
import { MessagePage } from './message-page.tsx';
import { type Page, renderPage } from './page.tsx';

const body = MessagePage({ heading: 'Hello', message: 'World' });

const render = (page: Partial<Page> = {}, headers?: Headers) =>
  renderPage({ title: 'Hello', body, ...page }, headers);

const policyOf = (response: Response) => response.headers.get('content-security-policy') ?? '';

describe('headers', () => {
  test.each([
    ['content-type', 'text/html; charset=utf-8'],
    ['cache-control', 'no-store'],
    ['referrer-policy', 'same-origin'],
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
  ])('%s is %s, whatever was given', async (name, value) => {
    const given = new Headers({ [name]: 'given' });
    expect((await render({}, given)).headers.get(name)).toBe(value);
  });

  test('all cookies and other headers that were given stay', async () => {
    const given = new Headers({ 'x-other': 'kept' });
    given.append('set-cookie', 'a=1; Path=/');
    given.append('set-cookie', 'b=2; Path=/');
    const { headers } = await render({}, given);
    expect(headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Path=/']);
    expect(headers.get('x-other')).toBe('kept');
  });

  test('the headers that were given are not changed', async () => {
    const given = new Headers();
    await render({}, given);
    expect([...given]).toEqual([]);
  });

  test('the status is 200 unless told', async () => {
    expect((await render()).status).toBe(200);
    expect((await render({ status: 403 })).status).toBe(403);
  });
});

describe('content security policy', () => {
  test('allows one style, own images and own forms, and nothing else', async () => {
    expect(policyOf(await render()).split('; ')).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^style-src 'nonce-[\w-]{22}'$/),
      "img-src 'self' data:",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('lets forms lead to the sources given', async () => {
    const response = await render({ formAction: ['https://claude.ai', 'cursor:'] });
    expect(policyOf(response)).toContain("; form-action 'self' https://claude.ai cursor:;");
  });

  test.each(['https://a.example; script-src *', 'https://a.example, x', 'a b', ''])(
    'refuses %j as a source',
    async source => {
      await expect(render({ formAction: [source] })).rejects.toThrow(TypeError);
    },
  );

  test('stands beside a policy that was given', async () => {
    const given = new Headers({ 'content-security-policy': "frame-ancestors 'none'" });
    expect(policyOf(await render({}, given))).toMatch(/^frame-ancestors 'none', default-src 'none'; /);
  });

  test('has the nonce of the one style element, another for each page', async () => {
    const responses = [await render(), await render()];
    const nonces = responses.map(response => /'nonce-([^']+)'/.exec(policyOf(response))?.[1]);
    expect(nonces[0]).not.toBe(nonces[1]);
    const html = (await responses[0]?.text()) ?? '';
    expect(html.match(/<style[^>]*>/g)).toEqual([`<style nonce="${nonces[0]}">`]);
  });
});

describe('document', () => {
  test('is in English, fits a phone and has a title, one heading and one main part', async () => {
    const html = await (await render({ title: 'Sign in' })).text();
    expect(html).toMatch(/^<!doctype html><html lang="en"><head><meta charset="utf-8"\/>/);
    expect(html).toContain('content="width=device-width, initial-scale=1"');
    expect(html).toContain('<title>Sign in · Gatehouse</title>');
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html.match(/<main>/g)).toHaveLength(1);
  });

  test('has no script, no inline style and nothing from elsewhere', async () => {
    const html = await (await render()).text();
    expect(html).not.toMatch(/<script|\sstyle=|\son\w+=|(?:src|href)="(?!data:|\/)|url\(|@import/);
  });

  test('makes a hostile title inert', async () => {
    const html = await (await render({ title: '</title>\u202E<script>' })).text();
    expect(html).toContain('<title>&lt;/title&gt;&lt;script&gt; · Gatehouse</title>');
  });
});

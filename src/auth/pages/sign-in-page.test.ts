import { expect, test } from 'vitest';
import { SignInPage, type SignInProps } from './sign-in-page.tsx';

const IDENTITIES = [
  { user: 'ada', name: 'Ada', role: 'administrator' },
  { user: 'bob', name: 'Bob', role: 'member' },
];

const render = (props: Partial<SignInProps> = {}) =>
  SignInPage({ identities: IDENTITIES, csrf: 'token', returnTo: '/authorize?a=1&b=2', ...props }).toString();

test('is one form with the token and the way back', async () => {
  const html = await render();
  expect(html.match(/<form[^>]*>/g)).toEqual(['<form method="post" action="/sign-in">']);
  expect(html).toContain('<input type="hidden" name="csrf" value="token"/>');
  expect(html).toContain('<input type="hidden" name="return_to" value="/authorize?a=1&amp;b=2"/>');
});

test('has one button per identity, with name and role', async () => {
  const html = await render();
  expect(html.match(/<button [^>]*>/g)).toEqual([
    '<button type="submit" name="user" value="ada" class="person">',
    '<button type="submit" name="user" value="bob" class="person">',
  ]);
  for (const { name, role } of IDENTITIES) {
    expect(html).toContain(`<bdi>${name}</bdi>`);
    expect(html).toContain(`<bdi>${role}</bdi>`);
  }
});

test('says that it exists only in development', async () => {
  expect(await render()).toContain('This page exists only in development.');
});

test('names the app to continue to, if one sent the person here', async () => {
  expect(await render({ clientName: 'Claude' })).toContain('to continue to <bdi>Claude</bdi>');
  expect(await render()).not.toContain('to continue to');
  expect(await render({ clientName: '\u200B' })).not.toContain('to continue to');
});

test('keeps hostile values inert', async () => {
  const hostile = '"><script>\u202E';
  const html = await render({ csrf: hostile, returnTo: hostile, clientName: hostile });
  expect(html).not.toContain('<script');
  expect(html).toContain('<bdi>&quot;&gt;&lt;script&gt;</bdi>');
});

test('has one button per identity provider, first', async () => {
  const html = await render({ providers: [{ id: 'okta', name: 'Okta <b>' }] });
  expect(html.match(/<button [^>]*>/g)?.[0]).toBe(
    '<button type="submit" name="provider" value="okta" class="person">',
  );
  expect(html).toContain('Continue with <bdi>Okta &lt;b&gt;</bdi>');
});

test('says where the app works that one signs in for', async () => {
  const html = await render({ clientName: 'Claude', destination: 'claude.ai' });
  expect(html).toContain('to continue to <bdi>Claude</bdi>, which works at <bdi>claude.ai</bdi>');
});

test('without test identities it promises the consent page, and says nothing of development', async () => {
  const html = await render({ identities: [], providers: [{ id: 'okta', name: 'Okta' }] });
  expect(html).toContain('asked for your consent');
  expect(html).not.toContain('development');
  const own = { identities: [], providers: [{ id: 'okta', name: 'Okta' }], isForApp: false };
  expect(await render(own)).not.toContain('consent');
});

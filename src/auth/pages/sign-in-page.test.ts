import { expect, test } from 'vitest';
import type { Asked } from './consent-page.tsx';
import { SignInPage, type SignInProps } from './sign-in-page.tsx';

const IDENTITIES = [
  { user: 'ada', name: 'Ada', role: 'administrator' },
  { user: 'bob', name: 'Bob', role: 'member' },
];

const ASKED: Asked = {
  description: {
    clientId: 'client-1',
    clientName: 'Claude',
    redirectUri: 'https://app.claude.ai/callback',
    redirectHost: 'app.claude.ai',
    redirectIsLoopback: false,
    scope: ['mcp'],
  },
  servers: [{ name: 'memory', title: 'Memory', description: 'Notes.', access: 'read' }],
  others: ['mcp'],
};

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

test('shows who asks for what before one signs in, if an app sent the person here', async () => {
  const html = await render({ asked: ASKED });
  for (const text of ['Claude', 'app.claude.ai', 'Memory']) expect(html).toContain(`<bdi>${text}</bdi>`);
  expect(html.indexOf('Claude')).toBeLessThan(html.indexOf('<form'));
  expect(await render()).toContain('<h1>Sign in</h1>');
});

test('keeps hostile values inert', async () => {
  const hostile = '"><script>\u202E';
  const description = { ...ASKED.description, clientName: hostile };
  const html = await render({ csrf: hostile, returnTo: hostile, asked: { ...ASKED, description } });
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

test('without test identities it promises the consent page, and says nothing of development', async () => {
  const providers = [{ id: 'okta', name: 'Okta' }];
  const html = await render({ identities: [], providers, asked: ASKED });
  expect(html).toContain('asked for your consent');
  expect(html).not.toContain('development');
  const own = { identities: [], providers: [{ id: 'okta', name: 'Okta' }], isForApp: false };
  expect(await render(own)).not.toContain('consent');
});

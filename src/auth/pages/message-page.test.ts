import { expect, test } from 'vitest';
import { MessagePage } from './message-page.tsx';

test('shows heading and message, and no action unless there is one', async () => {
  const html = await MessagePage({ heading: 'Refused', message: 'The page has expired.' }).toString();
  expect(html).toContain('<h1><bdi>Refused</bdi></h1>');
  expect(html).toContain('The page has expired.');
  expect(html).not.toContain('<a ');
});

test('offers the action as a link', async () => {
  const action = { href: '/sign-in', label: 'Sign in' };
  const html = await MessagePage({ heading: 'Refused', message: 'x', action }).toString();
  expect(html).toContain('<a class="button primary" href="/sign-in">Sign in</a>');
});

test('keeps a hostile message inert and short', async () => {
  const message = `<img src=x>\u202E${'W'.repeat(10_000)}`;
  const html = await MessagePage({ heading: 'Refused', message }).toString();
  expect(html).toContain('&lt;img src=x&gt;W');
  expect(html).not.toContain('\u202E');
  expect(html.length).toBeLessThan(1000);
});

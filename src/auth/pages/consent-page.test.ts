import type { ConsentDescription } from '@cloudflare/workers-oauth-provider';
import { describe, expect, test } from 'vitest';
import { ConsentPage, ConsentPreview, type ConsentProps } from './consent-page.tsx';

const WEBSITE: ConsentDescription = {
  clientId: 'https://claude.ai/client.json',
  clientName: 'Claude',
  clientDomain: 'claude.ai',
  logoUri: 'https://claude.ai/logo.png',
  clientUri: 'https://claude.ai/about',
  redirectUri: 'https://app.claude.ai/callback',
  redirectHost: 'app.claude.ai',
  redirectIsLoopback: false,
  scope: ['mcp'],
};
const LOOPBACK = {
  redirectUri: 'http://localhost:6274/',
  redirectHost: 'localhost',
  redirectIsLoopback: true,
};
const MEMORY = {
  name: 'memory',
  title: 'Memory',
  description: 'Notes of an agent.',
  access: 'read',
} as const;
const HOSTILE = `\u202E</bdi><script>alert(1)</script>\u0000${'W'.repeat(10_000)}`;

const render = (description: Partial<ConsentDescription> = {}, props: Partial<ConsentProps> = {}) =>
  ConsentPage({
    description: { ...WEBSITE, ...description },
    servers: [MEMORY],
    others: ['mcp'],
    subject: 'ada',
    handle: 'handle-1',
    ...props,
  }).toString();

async function renderUnverified() {
  const { clientDomain: _, ...description } = WEBSITE;
  return ConsentPage({ description, servers: [], others: [], subject: 'ada', handle: 'h' }).toString();
}

describe('who asks', () => {
  test('is named', async () => {
    expect(await render()).toContain('Allow “<bdi>Claude</bdi>” to act for you?');
  });

  test('has a name even where it shows none', async () => {
    expect(await render({ clientName: '\u200B' })).toContain('<bdi>Nameless app</bdi>');
  });

  test('is vouched for by its domain', async () => {
    expect(await render()).toMatch(/Published by <strong><bdi>claude\.ai<\/bdi>/);
  });

  test('is not vouched for by a domain when an app on the own computer could borrow it', async () => {
    const html = await render(LOOPBACK);
    expect(html).toMatch(/Says it is published by <strong><bdi>claude\.ai<\/bdi>/);
    expect(html).not.toContain('verified');
  });

  test('is called unverified where it registered itself', async () => {
    expect(await renderUnverified()).toContain('The app chose this name itself. It is not verified.');
  });
});

describe('where access goes', () => {
  test('is the host of the redirect URI', async () => {
    expect(await render()).toContain('<dd class="host"><bdi>app.claude.ai</bdi></dd>');
  });

  test('is never cut short', async () => {
    const host = `${'claude.ai.'.repeat(24)}example.com`;
    expect(await render({ redirectUri: `https://${host}/`, redirectHost: host })).toContain(
      `<bdi>${host}</bdi>`,
    );
  });

  test('comes with a warning only where it is an app on the own device', async () => {
    expect(await render()).not.toContain('class="note"');
    expect(await render(LOOPBACK)).toContain('This gives access to an app on your computer');
    const privateUse = { redirectUri: 'cursor://claude.ai/cb', redirectHost: 'claude.ai' };
    expect(await render(privateUse)).toContain('This gives access to an app on your device');
  });
});

test('shows the servers, the other scopes by name and in words, and who is signed in', async () => {
  const html = await render();
  for (const text of ['Memory', 'Notes of an agent.', 'mcp', 'ada']) {
    expect(html).toContain(`>${text}</`);
  }
  expect(html).toContain('connect, and see what there is');
});

test('leaves out lists that are empty', async () => {
  expect(await renderUnverified()).not.toMatch(/<ul|<section/);
});

test('is one form with the handle and two decisions', async () => {
  const html = await render();
  expect(html.match(/<form[^>]*>/g)).toEqual(['<form method="post" action="/authorize">']);
  expect(html).toContain('<input type="hidden" name="handle" value="handle-1"/>');
  expect(html.match(/name="decision" value="\w+"/g)).toEqual([
    'name="decision" value="deny"',
    'name="decision" value="approve"',
  ]);
});

test("neither fetches nor links what the client's metadata names", async () => {
  expect(await render()).not.toMatch(/<img|<a |logo\.png|about/);
});

test('keeps hostile text inert and short wherever it appears', async () => {
  const html = await render(
    { clientName: HOSTILE, clientDomain: HOSTILE, redirectHost: HOSTILE },
    {
      servers: [{ ...MEMORY, title: HOSTILE, description: HOSTILE, access: 'read' }],
      others: [HOSTILE],
      subject: HOSTILE,
      handle: '"><script>',
    },
  );
  for (const bad of ['<script', '\u202E', '\u0000']) expect(html).not.toContain(bad);
  expect(html).toContain('“<bdi>&lt;/bdi&gt;&lt;script&gt;alert(1)');
  expect(html).not.toMatch(/W{254}/);
});

/** The radio buttons of a page, as `name=value` with a star where one is chosen already. */
const radiosIn = (html: string) =>
  [...html.matchAll(/<input type="radio" name="([^"]*)" value="([^"]*)"( checked="")?/g)].map(
    ([, name, value, checked]) => `${name}=${value}${checked ? '*' : ''}`,
  );

test('lets the person choose for each server, and begins with what was asked', async () => {
  const html = await render({}, { servers: [MEMORY, { ...MEMORY, name: 'mail', access: 'none' }] });
  expect(radiosIn(html)).toEqual([
    'access.memory=none',
    'access.memory=read*',
    'access.memory=write',
    'access.mail=none*',
    'access.mail=read',
    'access.mail=write',
  ]);
});

test('points out what was not allowed before', async () => {
  expect(await render({}, { servers: [{ ...MEMORY, isNew: true }] })).toContain(
    '<span class="new">new</span>',
  );
  expect(await render()).not.toContain('class="new"');
});

test('can be seen before anybody has signed in, without the means to answer', async () => {
  const about = { description: WEBSITE, servers: [MEMORY], others: ['mcp'] };
  const html = await ConsentPreview(about).toString();
  for (const text of ['Claude', 'app.claude.ai', 'Memory', 'Read']) expect(html).toContain(`>${text}</`);
  expect(html).not.toMatch(/<form|<input|<button|Signed in as/);
});

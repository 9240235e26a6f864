import { expect, test } from 'vitest';
import { fakeSettings } from '../../env.fake.ts';
import { consentSubject } from '../../grants/consents.ts';
import { installationCookie, installationInBrowser } from './installation-cookie.ts';

const SETTINGS = fakeSettings();
const ADA = { tenant: 'acme', subject: 'ada', roles: ['member'] } as const;
const SUBJECT = consentSubject('editor', 'https://editor.example/callback', 'https://mcp.example.com/mcp');
const INSTALLATION = { id: 'id', key: 'k'.repeat(43) };

/** A browser that keeps one cookie. */
const browsing = (cookie = '') =>
  new Request('https://mcp.example.com/', { headers: { cookie: cookie.split(';', 1)[0] ?? '' } });

test('an installation is found again in its browser, for the same person, client, redirect URI and resource', async () => {
  const kept = browsing(await installationCookie(SETTINGS, browsing(), ADA, SUBJECT, INSTALLATION));
  expect(await installationInBrowser(SETTINGS, kept, ADA, SUBJECT)).toEqual(INSTALLATION);
  expect(await installationInBrowser(SETTINGS, browsing(), ADA, SUBJECT)).toBeNull();
  for (const person of [
    { ...ADA, subject: 'eve' },
    { ...ADA, tenant: 'other' },
  ]) {
    expect(await installationInBrowser(SETTINGS, kept, person, SUBJECT)).toBeNull();
  }
  for (const member of ['client', 'redirectUri', 'resource']) {
    const other = { ...SUBJECT, [member]: 'https://other.example/' };
    expect(await installationInBrowser(SETTINGS, kept, ADA, other)).toBeNull();
  }
});

test('a native app is the same on another port of loopback (RFC 8252 section 7.3), and nowhere else', () => {
  const at = (uri: string) => consentSubject('editor', uri, 'https://mcp.example.com/mcp').redirectUri;
  expect(at('http://127.0.0.1:1234/callback')).toBe(at('http://127.0.0.1:5678/callback'));
  expect(at('http://127.0.0.1:1234/callback')).not.toBe(at('http://localhost:1234/callback'));
  expect(at('https://editor.example:8443/callback')).not.toBe(at('https://editor.example/callback'));
});

test('the cookie hides what it holds, is for this host only, and stays short enough to be kept', async () => {
  let cookie = '';
  for (let n = 0; n < 40; n++) {
    const subject = { ...SUBJECT, client: `client-${n}` };
    cookie = await installationCookie(SETTINGS, browsing(cookie), ADA, subject, INSTALLATION);
  }
  expect(cookie).toMatch(/^__Host-/);
  expect(cookie.length).toBeLessThan(4096);
  for (const shown of [INSTALLATION.key, 'ada', 'editor']) expect(cookie).not.toContain(shown);
  const latest = { ...SUBJECT, client: 'client-39' };
  expect(await installationInBrowser(SETTINGS, browsing(cookie), ADA, latest)).toEqual(INSTALLATION);
});

test('a cookie that was made up holds nothing', async () => {
  const made = browsing('__Host-gatehouse-installations=a.b.c.d.e');
  expect(await installationInBrowser(SETTINGS, made, ADA, SUBJECT)).toBeNull();
});

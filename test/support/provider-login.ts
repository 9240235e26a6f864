import type { Page } from '../../src/cli/form-browser.ts';
import type { WebBrowser } from './web-browser.ts';

/**
 * Goes through the pages of the real provider of `identity-provider.ts`.
 * @param url the authorization request that it begins with.
 * @param provider the id of the provider in the gateway's settings.
 * @returns the page that comes next: the gateway's, where all went well.
 */
export async function logIn(browser: WebBrowser, url: URL, provider: string, login: string): Promise<Page> {
  const form = await browser.submit(await browser.go(url), { provider });
  const consent = await browser.submit(form, { login, password: 'any' });
  return consent.hasField('prompt') ? browser.submit(consent) : consent;
}

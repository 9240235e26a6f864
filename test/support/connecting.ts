import { randomBytes } from 'node:crypto';
import type { Page } from '../../src/cli/form-browser.ts';
import { freePort } from '../../src/cli/gateway-process.ts';
import { startTestGateway, type TestGateway } from './test-gateway.ts';
import {
  agreeThere,
  LETTERS_KEY,
  type RunningThirdParty,
  startThirdParty,
  THIRD_PARTY_CLIENT,
} from './third-party.ts';
import { WebBrowser } from './web-browser.ts';

/** The variables of a gateway whose server `issues` calls a third party: items by OAuth, letters by a key. */
function settingsFor(there: string): Record<string, string> {
  const oauth = {
    issuer: there,
    clientId: THIRD_PARTY_CLIENT.id,
    clientSecret: 'TRACKER_SECRET',
    scopes: ['items:read'],
  };
  const placement = { in: 'header', name: 'X-Key' };
  const letters = { origins: [there], placement };
  const connections = [
    { id: 'tracker', name: 'Tracker', origins: [there], paths: ['/items'], oauth },
    { ...letters, id: 'letters', name: 'Letters', paths: ['/letters'] },
    { ...letters, id: 'robot', name: 'Robot', paths: ['/robot'], owner: 'server' },
    { ...letters, id: 'shared', name: 'Shared', paths: ['/shared'], owner: 'tenant' },
  ];
  return {
    KEY_RING: JSON.stringify({ current: 'k1', keys: { k1: randomBytes(32).toString('base64url') } }),
    CONNECTIONS: JSON.stringify(connections),
    TRACKER_SECRET: THIRD_PARTY_CLIENT.secret,
    SERVER_SETTINGS: JSON.stringify({ issues: { TRACKER_URL: there, LETTERS_URL: there } }),
    EGRESS_ALLOW_LOOPBACK: 'true',
  };
}

/** A gateway with the server `issues`, the third party that it calls, and people who connect with their browsers. */
export class Connecting {
  gateway: TestGateway;
  readonly thirdParty: RunningThirdParty;
  readonly #settings: Readonly<Record<string, string>>;

  private constructor(
    gateway: TestGateway,
    thirdParty: RunningThirdParty,
    settings: Readonly<Record<string, string>>,
  ) {
    this.gateway = gateway;
    this.thirdParty = thirdParty;
    this.#settings = settings;
  }

  /** @param more variables beside, or in place of, those of {@link settingsFor}. */
  static async start(more: Readonly<Record<string, string>> = {}): Promise<Connecting> {
    const [port, therePort] = [await freePort(), await freePort()];
    const thirdParty = await startThirdParty(therePort, `http://localhost:${port}`);
    const settings = { ...settingsFor(thirdParty.issuer), ...more };
    const gateway = await startTestGateway({ port }, settings, { hasTestServers: true });
    return new Connecting(gateway, thirdParty, settings);
  }

  /** Ends the gateway as a power cut would, and starts it again over its state. */
  async restart(more: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.gateway.kill();
    const settings = { ...this.#settings, ...more };
    this.gateway = await startTestGateway(this.gateway, settings, { hasTestServers: true });
  }

  get origin(): string {
    return this.gateway.origin;
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await this.thirdParty.stop();
  }

  /** Opens a page of the gateway as somebody who signs in for it. */
  async open(user: string, url: string, browser = new WebBrowser()): Promise<Page> {
    const page = await browser.go(new URL(url, this.origin));
    return page.hasField('return_to') ? browser.submit(page, { user }) : page;
  }

  /** Opens a link, and connects there: at the third party, or by a key. */
  async connect(user: string, url: string, key = LETTERS_KEY): Promise<Page> {
    const browser = new WebBrowser();
    const page = await this.open(user, url, browser);
    if (page.text.includes('name="secret"')) return browser.submit(page, { action: 'connect', secret: key });
    const answer = await browser.submitOnly(page, { action: 'connect' });
    return browser.go(await agreeThere(browser, answer, page.url));
  }

  /** Ends a connection by its page, whether it was there or not. */
  async disconnect(user: string, connection: string): Promise<void> {
    const browser = new WebBrowser();
    const page = await this.open(user, `/connect/${connection}`, browser);
    await browser.submit(page, { action: 'disconnect' });
  }
}

import { DurableObject } from 'cloudflare:workers';
import { type Env, settingsOf } from '../src/env.ts';
import {
  QUOTA_WINDOW_MS,
  type QuotaAnswer,
  type RegistrationQuotas,
} from '../src/grants/registration-quota.ts';
import { RegistrationWindow } from './registration/registration-window.ts';

/**
 * Counts client registrations of the whole deployment. One object does, since a count that is exact over all addresses has one
 * place; it is asked once per registration that is otherwise in order, and remembers an hour.
 */
export class RegistrationQuota extends DurableObject<Env> implements RegistrationQuotas {
  async take(addressTag: string): Promise<QuotaAnswer> {
    const nowMs = Date.now();
    // Nothing is awaited before the row is written, so no two requests see the same last place free.
    const answer = this.#window.take(addressTag, settingsOf(this.env), nowMs);
    if (answer.isTaken) await this.#wakeToForget(nowMs + QUOTA_WINDOW_MS);
    await this.ctx.storage.sync();
    return answer;
  }

  /** Forgets what nobody's registration has made us forget meanwhile. */
  override async alarm(): Promise<void> {
    const untilMs = this.#window.forget(Date.now());
    if (untilMs !== null) await this.ctx.storage.setAlarm(untilMs);
  }

  /** An alarm that is set is left alone: it finds out by itself that it came too early. */
  async #wakeToForget(atMs: number): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(atMs);
  }

  get #window(): RegistrationWindow {
    return new RegistrationWindow(this.ctx.storage.sql);
  }
}

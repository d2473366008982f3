import type { Contact } from './database.ts';

/**
 * A device that says nothing for this long is shown offline, whatever the broker thinks of its connection. It speaks every
 * 8 s, so one sign of life may be lost; and whoever pulls its power is noticed within 20 s.
 */
export const SILENCE_MS_MAX = 18_000;

interface Presence {
  lastHeardMs: number;
  online: boolean;
}

/**
 * Who is online: heard within the limit, and no will published since. Judged by the time of the centre alone, so it
 * also works when the broker is the one that is gone.
 */
export class Liveness {
  readonly #presences = new Map<string, Presence>();

  constructor(contacts: readonly Contact[], nowMs: number) {
    for (const { device, lastHeardMs, gone } of contacts) {
      this.#presences.set(device, { lastHeardMs, online: !gone && nowMs - lastHeardMs < SILENCE_MS_MAX });
    }
  }

  online(device: string): boolean {
    return this.#presences.get(device)?.online ?? false;
  }

  /** @returns whether the device was offline until now */
  heard(device: string, nowMs: number): boolean {
    const news = !this.online(device);
    this.#presences.set(device, { lastHeardMs: nowMs, online: true });
    return news;
  }

  /** The device's will was published. @returns whether it was online until now */
  gone(device: string): boolean {
    const presence = this.#presences.get(device);
    const news = presence?.online ?? false;
    if (presence !== undefined) presence.online = false;
    return news;
  }

  /** The devices that have just been silent for too long. */
  sweep(nowMs: number): string[] {
    const silent: string[] = [];
    for (const [device, presence] of this.#presences) {
      if (!presence.online || nowMs - presence.lastHeardMs < SILENCE_MS_MAX) continue;
      presence.online = false;
      silent.push(device);
    }
    return silent;
  }
}

import WebSocket from 'ws';
import type { Random } from '../../sim/kernel/random.ts';
import type { PanelCommand, PanelFrame, PanelMessage } from '../../sim/panel/frames.ts';

/** How fast the unit's time goes. A movement still lasts a tenth of a second and more, so that a kill can fall into its midst. */
const SPEED = 10;
const KNOCK_MS = 100;
const DOSES_AHEAD_MAX = 4;
/** How often a sachet in the cup is forgotten, until the unit draws it back. */
const FORGETS = 0.06;

/**
 * A person at the unit's panel, without the browser: presses, takes what comes, now and then forgets it, sometimes takes
 * doses along, and calls the technician when the unit asks for one. Comes back to the panel whenever the unit does.
 */
export class CitizenAtPanel {
  /** The last picture; undefined while nobody answers. */
  face: PanelFrame | undefined;
  /** `content`: only takes and mends. `travelling`: also takes doses along for a trip. */
  mood: 'content' | 'resident' | 'travelling' = 'content';
  readonly asked = { press: 0, take: 0, takeOut: 0, repair: 0 };
  readonly #address: string;
  readonly #random: Random;
  #socket: WebSocket | undefined;
  #knocking: NodeJS.Timeout | undefined;
  #gone = false;
  #inCup: string | null = null;
  #forgets = false;

  constructor(port: number, random: Random) {
    this.#address = `127.0.0.1:${port}`;
    this.#random = random;
    this.#knock();
  }

  send(command: PanelCommand): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(command));
  }

  leave(): void {
    this.#gone = true;
    clearTimeout(this.#knocking);
    this.#socket?.terminate();
  }

  #knock(): void {
    const socket = new WebSocket(`ws://${this.#address}/ws`, { headers: { origin: `http://${this.#address}` } });
    this.#socket = socket;
    socket.on('error', () => socket.terminate());
    socket.on('open', () => this.send({ do: 'speed', factor: SPEED }));
    socket.on('message', (data) => this.#see(JSON.parse(String(data)) as PanelMessage));
    socket.on('close', () => {
      this.face = undefined;
      if (!this.#gone) this.#knocking = setTimeout(() => this.#knock(), KNOCK_MS);
    });
  }

  #see(message: PanelMessage): void {
    if ('refused' in message) return;
    this.face = message;
    const { chart, hardware, view } = message;
    if (chart.custody === 'fault' || chart.custody === 'uncertain') return this.#sometimes(0.3, 'repair');
    if (hardware.doorOpen) return;
    if (hardware.cup !== this.#inCup) this.#forgets = this.#random.chance(FORGETS);
    this.#inCup = hardware.cup;
    if (hardware.cup !== null && !this.#forgets) return this.#sometimes(0.5, 'take');
    if (chart.presence === 'away') return this.send({ do: 'home' });
    if (this.mood === 'content') return;
    if (view.button === 'release') return this.#sometimes(0.4, 'press');
    if (this.mood === 'travelling' && chart.custody === 'locked') this.#sometimes(0.3, 'takeOut');
  }

  #sometimes(chance: number, what: keyof CitizenAtPanel['asked']): void {
    if (!this.#random.chance(chance)) return;
    this.asked[what] += 1;
    this.send(what === 'takeOut' ? { do: what, doses: 1 + this.#random.below(DOSES_AHEAD_MAX) } : { do: what });
  }
}

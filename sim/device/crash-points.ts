/**
 * Thrown out of a port call when the unit loses power, or its process, at exactly that call. It unwinds through the
 * firmware to the device, which drops the host and boots a new one later.
 */
export class PowerCut extends Error {
  readonly point: string;
  constructor(point: string) {
    super(`The power went at ${point}.`);
    this.name = 'PowerCut';
    this.point = point;
  }
}

/**
 * Counts the places where a crash tells: before and after every commit and every effect. One of them can be armed;
 * passing it throws.
 */
export class CrashPoints {
  #passed = 0;
  #armed = 0;

  /** How many points were passed since the device was made; the same for the same seed and story. */
  get passed(): number {
    return this.#passed;
  }

  /** Cuts at the `number`-th point counted from the making of the device; 0 disarms. */
  arm(number: number): void {
    this.#armed = number;
  }

  /** Cuts at the `count`-th point from here on. */
  armAhead(count: number): void {
    this.#armed = this.#passed + count;
  }

  /** @throws PowerCut when this point is the armed one */
  pass(point: string): void {
    this.#passed += 1;
    if (this.#passed === this.#armed) {
      this.#armed = 0;
      throw new PowerCut(point);
    }
  }

  /** Performs `act` between two points, so that the unit can die just before and just after it. */
  around(what: string, act: () => void): void {
    this.pass(`before ${what}`);
    act();
    this.pass(`after ${what}`);
  }
}

/**
 * Thrown out of a port call when the unit loses power, or its process, at exactly that call. It unwinds through the
 * firmware to the device, which drops the host and boots a new one later. It is no `Error`, so that the firmware, which
 * bears the errors of its ports, does not bear this.
 */
export class PowerCut {
  readonly point: string;
  constructor(point: string) {
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
  #struck = 0;
  /** Told of each point before it is passed. */
  onPass: (point: string) => void = () => undefined;

  /** How many points were passed since the device was made; the same for the same seed and story. */
  get passed(): number {
    return this.#passed;
  }

  /** How many of them cut. */
  get struck(): number {
    return this.#struck;
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
    this.onPass(point);
    if (this.#passed === this.#armed) {
      this.#armed = 0;
      this.#struck += 1;
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

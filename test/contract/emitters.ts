import { EventEmitter } from 'node:events';

const verbs = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const;

/** Every emitter that anybody listens to from now on, as long as it lives. */
export class Emitters {
  readonly #seen = new Set<WeakRef<EventEmitter>>();
  readonly #known = new WeakSet<EventEmitter>();
  readonly #original = Object.fromEntries(verbs.map((verb) => [verb, EventEmitter.prototype[verb]]));

  constructor() {
    const see = (emitter: EventEmitter) => this.#see(emitter);
    for (const verb of verbs) {
      const original = EventEmitter.prototype[verb];
      EventEmitter.prototype[verb] = function listening(this: EventEmitter, ...args: Parameters<typeof original>) {
        see(this);
        return original.apply(this, args);
      } as typeof original;
    }
  }

  /** How many listeners all of them have; forgets those that are no more. Collect garbage first. */
  listeners(): number {
    for (const seen of this.#seen) if (seen.deref() === undefined) this.#seen.delete(seen);
    return [...this.#seen].reduce((sum, seen) => sum + listenersOf(seen.deref()), 0);
  }

  restore(): void {
    Object.assign(EventEmitter.prototype, this.#original);
  }

  #see(emitter: EventEmitter): void {
    if (this.#known.has(emitter)) return;
    this.#known.add(emitter);
    this.#seen.add(new WeakRef(emitter));
  }
}

function listenersOf(emitter: EventEmitter | undefined): number {
  return emitter?.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0) ?? 0;
}

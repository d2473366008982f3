import { keyPairOf } from '../../hal/crypto/ed25519.ts';
import type { CborMap } from '../../protocol/cbor.ts';
import { type SignedType, sign1 } from '../../protocol/cose/sign1.ts';
import { encodeAck } from '../../protocol/messages/ack.ts';
import type { Command } from '../../protocol/messages/command.ts';
import { signedCommandType } from '../../protocol/messages/signed-command.ts';
import { signedConfigType } from '../../protocol/messages/signed-config.ts';
import { type Channel, channels, topicOf } from '../../protocol/topics.ts';
import type { Random } from '../../sim/kernel/random.ts';
import { CENTRE, command, Desk, FORGER, hashOf, sealed, signed } from '../unit/firmware/centre-desk.ts';
import { CONFIG, labels, Rig } from '../unit/firmware/rig.ts';
import { changedValue, goldenBytes, noise, read, spoilt, write } from './hostile-cbor.ts';

const UNIT = 'DD-0042';
const EPOCH = 7;
const MONDAY = { at: '2026-11-20T09:30+01:00' };
const centreKey = keyPairOf(new Uint8Array(32).fill(7));
const signer = { kid: CENTRE.kid, sign: centreKey.sign };
const inForce = { ...CONFIG, version: 5 };

/** Where the centre speaks to a unit. */
/** Pieces of images go past the dispensing; they have a siege of their own. */
export const surfaces: readonly Channel[] = channels.filter(
  (channel) => channel.startsWith('down/') && channel !== 'down/image',
);

/** A unit with rolls and a dose behind it, and somebody at its line who may write whatever he likes. */
export class BesiegedUnit {
  readonly rig: Rig;
  readonly #random: Random;
  readonly #channel: Channel;
  readonly #seeds: readonly Uint8Array[];
  readonly #golden = goldenBytes();

  constructor(channel: Channel, random: Random) {
    this.#random = random;
    this.#channel = channel;
    this.rig = new Rig({ at: '2026-11-20T07:00+01:00', config: inForce, rolls: { A: labels('2026-11-20', 7) } });
    const desk = new Desk(this.rig);
    this.rig.until('2026-11-20T08:00+01:00');
    this.rig.press();
    this.rig.take();
    // Between its two doses; a million messages take a quarter of an hour of its time.
    this.rig.until(MONDAY.at);
    this.#seeds = seedsFor(channel, this.rig);
    desk.send('command', noise(random, 20));
    this.forget();
  }

  /** One more hostile message, and a millisecond of the unit's time. */
  suffer(): void {
    const topic = this.#random.chance(0.98) ? topicOf(UNIT, this.#channel) : this.#elsewhere();
    this.rig.hear({ type: 'mqtt.message', message: { topic, payload: this.#payload() } });
    this.rig.pass(1);
  }

  /** What no message of a stranger may change. */
  standing() {
    const { rig } = this;
    const { memory, chart } = rig.host.state;
    return {
      phase: rig.host.state.phase,
      custody: chart.custody,
      locked: rig.doorLocked,
      version: memory?.settings.version,
      hash: Buffer.from(memory?.configHash ?? []).toString('hex'),
      presence: memory?.registers.presence,
      alarms: [...(memory?.alarms.keys() ?? [])],
      doses: rig.store.rows('SELECT * FROM dose ORDER BY date, slot'),
      rolls: rig.store.rows('SELECT * FROM roll ORDER BY id'),
      configs: rig.store.rows('SELECT version FROM config'),
      intents: rig.store.rows('SELECT id, outcome FROM intent'),
      given: rig.given.length,
    };
  }

  /** Records of the unit, all of them. */
  get records(): number {
    return this.rig.store.rows('SELECT count(*) AS n FROM log')[0]?.n as number;
  }

  /** What the test itself has written down; the unit has nothing of it. */
  forget(): { readonly moved: readonly string[] } {
    const { calls, observed, said, logged, published, events } = this.rig;
    const moved = calls.filter((call) => /^mechanism\.|^lock\.set 0/.test(call));
    for (const list of [calls, observed, said, logged, published, events]) list.length = 0;
    return { moved };
  }

  #payload(): Uint8Array {
    const random = this.#random;
    const seed = random.pick(this.#seeds);
    switch (random.below(10)) {
      case 0:
        return noise(random, 300);
      case 1:
        return random.pick(this.#golden);
      case 2:
        return spoilt(random, random.pick(this.#golden));
      case 3:
        return seed;
      case 4:
        return misled(random, this.#channel, seed) ?? spoilt(random, seed);
      default:
        return spoilt(random, seed);
    }
  }

  #elsewhere(): string {
    const random = this.#random;
    return random.pick([
      ...channels.map((channel) => topicOf(random.pick([UNIT, 'DD-0043']), channel)),
      '',
      'd/DD-0042/down/',
      `d/${UNIT}/down/${'x'.repeat(random.below(2_000))}`,
      '$SYS/broker',
    ]);
  }
}

/** Sound messages that have no effect on this unit: old ones, strange ones, and such as are for another unit. */
function seedsFor(channel: Channel, rig: Rig): Uint8Array[] {
  const next = { ...inForce, version: 6 };
  const base = hashOf(inForce);
  const { lastSeq = 0 } = rig.host.state.memory ?? {};
  if (channel === 'down/ack')
    return [0, 1, lastSeq, lastSeq + 1, 0xffff_ffff].flatMap((ackedThrough) =>
      [EPOCH, 8].map((epoch) => encodeAck({ epoch, ackedThrough })),
    );
  if (channel === 'down/config')
    return [
      signed(inForce),
      signed({ ...inForce, version: 4 }, { base }),
      signed({ ...inForce, language: 'en' }, { base }),
      signed(next),
      signed(next, { base, device: 'DD-0043' }),
      signed(next, { base }, FORGER),
    ];
  if (channel !== 'down/command') return [noise(rigRandom, 40)];
  const asked: readonly Parameters<typeof command>[1][] = [
    { type: 'silence', id: 3, minutes: 5 },
    { type: 'openTakeOut', id: 4, doses: 2 },
    { type: 'pause', id: 5 },
    { type: 'restart', id: 6 },
  ];
  return asked.flatMap((what) => [
    sealed(command(rig, what, { device: 'DD-0043' })),
    sealed(command(rig, what, { expected: { ...expectedOf(command(rig, what)), epoch: 8 } })),
    sealed(command(rig, what, expired(rig))),
    sealed(command(rig, what), FORGER),
  ]);
}

const rigRandom = { below: (bound: number) => bound - 1 } as Random;
const expectedOf = (asked: Command) => asked.expected;

function expired(rig: Rig) {
  const issuedAt = Math.floor(rig.wallMs / 1000) - 7200;
  return { issuedAt, expiresAt: issuedAt + 60 };
}

/** What the centre itself signs when it is mistaken: other values anywhere, and yet nothing this unit may obey. */
function misled(random: Random, channel: Channel, seed: Uint8Array): Uint8Array | undefined {
  const type: SignedType | undefined = { 'down/config': signedConfigType, 'down/command': signedCommandType }[
    channel as string
  ];
  const parts = type && read(seed.subarray(1));
  const payload = Array.isArray(parts) ? read(parts[2] as Uint8Array) : undefined;
  if (type === undefined || payload === undefined) return undefined;
  const changed = write(harmless(channel, changedValue(random, payload)));
  return changed.length > type.payloadBytesMax ? undefined : sign1(changed, type, signer);
}

/** A profile that the unit is not; a ledger that is not its own. */
function harmless(channel: Channel, payload: ReturnType<typeof changedValue>) {
  if (!(payload instanceof Map)) return payload;
  const map = new Map(payload as CborMap);
  if (channel === 'down/command' && map.has(5)) return map.set(5, new Map([[1, 8]]));
  const document = map.get(5);
  const inner = document instanceof Uint8Array ? read(document) : undefined;
  if (!(inner instanceof Map)) return map;
  const plan = new Map(inner as CborMap);
  if (plan.has(2)) plan.set(2, 0);
  return map.set(2, 6).set(3, hashOf(inForce)).set(5, write(plan));
}

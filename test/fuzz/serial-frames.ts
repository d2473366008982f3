import { keyPairOf } from '../../hal/crypto/ed25519.ts';
import { signTechnicianPass } from '../../protocol/messages/technician-pass.ts';
import { encodeRequest } from '../../protocol/smp/command.ts';
import { session } from '../../protocol/smp/commands/session.ts';
import { encodeMessage, smpVersion } from '../../protocol/smp/header.ts';
import { SerialDecoder } from '../../protocol/smp/serial-decoder.ts';
import { encodeSerial } from '../../protocol/smp/serial-encoder.ts';
import { Random } from '../../sim/kernel/random.ts';
import type { NotedUnit } from '../unit/firmware/service/bench.ts';
import { Bench } from '../unit/firmware/service/bench.ts';
import { centre } from '../unit/protocol/signing.ts';
import { golden } from '../unit/protocol/smp-golden.ts';
import { pass } from '../unit/protocol/smp-session-samples.ts';
import { bytesOf } from '../unit/protocol/thrown.ts';

const wrongKey = keyPairOf(new Uint8Array(32));
const signed = signTechnicianPass(pass, centre);
/** Sound messages to begin from: what `smp` writes, and a pass with a proof that is not its own. */
const seeds = [
  ...Object.values(golden).map(bytesOf),
  encodeRequest(session.hello, {}, 1),
  encodeRequest(session.open, { pass: signed, proof: wrongKey.sign(signed) }, 2),
];

function noise(random: Random, bytesMax: number): Uint8Array {
  return Uint8Array.from({ length: random.below(bytesMax) }, () => random.below(256));
}

function mutated(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (random.below(5)) {
    case 0:
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << random.below(8)) : byte));
    case 1:
      return Uint8Array.of(...head);
    case 2:
      return Uint8Array.of(...head, ...noise(random, 8), ...tail);
    case 3:
      return Uint8Array.of(...head, ...head);
    default:
      return bytes.map((byte, index) => (index === at ? random.below(256) : byte));
  }
}

/** A message with a sound frame around it: any header, any payload. */
function anyMessage(random: Random): Uint8Array {
  const header = {
    op: random.below(8),
    version: random.below(4),
    flags: random.below(256),
    group: random.pick([0, 1, 2, 3, 8, 9, 10, 64, 65, 66, 67, 68, 69, 70, random.below(65_536)]),
    sequence: random.below(256),
    command: random.below(10),
  };
  return encodeMessage(
    header,
    random.chance(0.5) ? noise(random, 64) : (seeds[random.below(seeds.length)] ?? noise(random, 8)).slice(8),
  );
}

/** What one hostile end of the cable sends next. */
function frame(random: Random): Uint8Array {
  const seed = random.pick(seeds);
  switch (random.below(6)) {
    case 0:
      return noise(random, 200);
    case 1:
      return mutated(random, encodeSerial(seed));
    case 2:
      return encodeSerial(mutated(random, seed));
    case 3:
      return encodeSerial(anyMessage(random));
    case 4:
      return encodeSerial(seed);
    default:
      return Uint8Array.of(...encodeSerial(seed).subarray(0, random.below(40)), ...encodeSerial(mutated(random, seed)));
  }
}

export interface Besieged {
  readonly unit: NotedUnit;
  readonly answers: number;
  /** Answers that are no SMP response in a known version. */
  readonly strangeAnswers: number;
  readonly wrongTries: number;
  readonly counters: Readonly<Record<string, number>>;
}

/** Sends `frames` hostile pieces to a server that nobody has logged in to. `each` is told how many it has had. */
export function besiege(seed: number, frames: number, each: (sent: number) => void = () => undefined): Besieged {
  const random = Random.stream(seed, 'hostile serial');
  const bench = new Bench();
  const reader = new SerialDecoder(65_533);
  let [answers, strangeAnswers] = [0, 0];
  for (let sent = 1; sent <= frames; sent += 1) {
    if (random.chance(0.01)) bench.pass(random.below(3_000));
    for (const { header } of reader.push(bench.server.receive(frame(random), bench.stamp))) {
      answers += 1;
      const isResponse = (header.op === 1 || header.op === 3) && header.version <= smpVersion.v2;
      if (!isResponse) strangeAnswers += 1;
    }
    each(sent);
  }
  const drops = Object.values(reader.drops).reduce((sum, count) => sum + count, 0);
  const { unit } = bench;
  return {
    unit,
    answers,
    strangeAnswers: strangeAnswers + drops,
    wrongTries: unit.storedTries,
    counters: bench.server.counters,
  };
}

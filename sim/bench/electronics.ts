import { CYCLES_PER_MS } from '../board/chip.ts';
import type { EmulatedElectronics } from '../board/emulated-electronics.ts';
import { onEmulatedBoards } from '../board/reference.ts';
import { obedientBoard } from './obedient-board.ts';

const DAYS = 15;
const ROUND_TRIPS = 50;
/** PIN_STATE_QUERY of the lamp's pin, and how its answer begins (Firmata 2.6). */
const [QUERY, ANSWER] = [Uint8Array.of(0xf0, 0x6d, 5, 0xf7), 0x6e] as const;
const END_SYSEX = 0xf7;
/** An answer takes about one. */
const ANSWER_MS_MAX = 10;

export interface ElectronicsLatency {
  /** From the contact that closes to the first step of the motor, each in milliseconds of the board's time. */
  readonly pressToStepMs: readonly number[];
  /** A question and its answer in plain Firmata over the same line. */
  readonly roundTripMs: readonly number[];
}

/**
 * How long a person waits for the motor: through contact, sketch, line, johnny-five, firmware and back. The board's time is
 * counted, and none of the host's: that is `press.toRelease`.
 */
export function electronicsLatency(): ElectronicsLatency {
  return onEmulatedBoards((electronicsOf) => {
    const { live, board } = obedientBoard(electronicsOf);
    // The first movement after a start sends the blade to rest before anything else.
    live(1);
    const pressToStepMs = watchPresses(board);
    live(DAYS);
    return { pressToStepMs, roundTripMs: roundTrips(board) };
  });
}

function watchPresses({ chip, sensors, file }: EmulatedElectronics): readonly number[] {
  const latencies: number[] = [];
  const { stepA, stepB } = file.pins;
  const press = sensors.press.bind(sensors);
  let pressedAt: number | undefined;
  sensors.press = () => {
    pressedAt = chip.cycles;
    press();
  };
  chip.onPin(({ pin, drive, cycle }) => {
    if (pressedAt === undefined || drive !== 'high' || (pin !== stepA && pin !== stepB)) return;
    latencies.push((cycle - pressedAt) / CYCLES_PER_MS);
    pressedAt = undefined;
  });
  return latencies;
}

function roundTrips({ chip }: EmulatedElectronics): readonly number[] {
  const trips: number[] = [];
  let heard: number[] = [];
  let endedAt = 0;
  chip.onByte((byte, cycle) => {
    heard.push(byte);
    if (byte === END_SYSEX && heard.includes(ANSWER)) endedAt = cycle;
  });
  for (let trip = 0; trip < ROUND_TRIPS; trip += 1) {
    const askedAt = chip.cycles;
    heard = [];
    endedAt = 0;
    chip.receive(QUERY);
    for (let ms = 0; ms < ANSWER_MS_MAX && endedAt === 0; ms += 1) chip.advance(CYCLES_PER_MS);
    if (endedAt > 0) trips.push((endedAt - askedAt) / CYCLES_PER_MS);
  }
  return trips;
}

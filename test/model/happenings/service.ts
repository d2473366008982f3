import type { Dose } from '../../../firmware/domain/dose.ts';
import { isLabel, type Sachet } from '../../../firmware/domain/stock.ts';
import type { RollId } from '../../../hal/ports/mechanism.ts';
import type { Mechanics } from '../mechanics.ts';
import { chartValue, type Happening, type Situation } from '../situation.ts';
import { MONDAY, type World } from '../world.ts';
import { person } from './people.ts';

/** What people with a key, or with force, do at the service door. */
export function* visitors(world: World, situation: Situation): Generator<Happening> {
  const { mechanics, snapshot } = situation;
  yield* bounces(mechanics);
  if (mechanics.door === 'closed') {
    yield {
      ...person('door', 'the door is opened with the key', { type: 'door.opened', withKey: true }),
      mechanics: { ...mechanics, door: 'opened' },
    };
    const forced = { type: 'door.opened', withKey: false } as const;
    yield { words: 'the door is forced', family: 'force', event: forced, mechanics: { ...mechanics, door: 'forced' } };
    return;
  }
  const closed: Mechanics = { ...mechanics, door: 'closed' };
  yield {
    words: 'the door is closed',
    family: 'course',
    usual: true,
    event: { type: 'door.closed' },
    mechanics: closed,
  };
  // Whoever fits a roll waits until the unit can take it in.
  if (chartValue(snapshot).custody === 'open') yield* atTheOpenDoor(world, situation);
}

/** The contact of the door says again what it has said already, or the key is turned one way or the other meanwhile. */
function* bounces(mechanics: Mechanics): Generator<Happening> {
  const family = 'doorBounce';
  if (mechanics.door === 'closed') {
    yield { words: 'the closed door is seen closed', family, event: { type: 'door.closed' } };
    return;
  }
  for (const door of ['opened', 'forced'] as const) {
    const event = { type: 'door.opened', withKey: door === 'opened' } as const;
    yield { words: `the open door is seen ${door}`, family, event, mechanics: { ...mechanics, door } };
  }
}

function* atTheOpenDoor(world: World, { mechanics, snapshot }: Situation): Generator<Happening> {
  const { doses, registers } = snapshot.context.memory;
  for (const [id, sachets] of Object.entries(world.rolls) as [RollId, readonly Sachet[]][]) {
    const stillToCome = sachets.filter((sachet) => !isPast(sachet, doses));
    // The pharmacy packs for the plan in force.
    const packedFor = snapshot.context.memory.settings.regimen.prescription;
    yield { ...fitting({ ...mechanics, packedFor }, id, stillToCome), words: `the right roll is fitted in ${id}` };
    const packed = {
      ...fitting({ ...mechanics, packedFor }, id, sachets),
      words: `the roll as packed is fitted in ${id}`,
    };
    yield { ...packed, family: 'packedRoll' };
    const strange = { slot: 'evening', date: MONDAY };
    yield { ...fitting(mechanics, id, [strange]), words: `a strange roll is fitted in ${id}`, family: 'wrongRoll' };
    const [first, ...rest] = mechanics.rolls[id];
    // The baseline of a new roll is read at once; what is cut of it before that answer is not noticed.
    const isNew = registers.position?.fed[id] === null;
    if (first === undefined || isNew) continue;
    const fed = { ...mechanics.fed, [id]: mechanics.fed[id] + 1 };
    const without = { ...mechanics, rolls: { ...mechanics.rolls, [id]: rest }, fed };
    yield { words: `a hand runs a sachet of ${id} through the cutter`, family: 'handCut', mechanics: without };
  }
  if (mechanics.bin > 0) {
    yield { ...person('bin', 'the bin is emptied', { type: 'bin.emptied' }), mechanics: { ...mechanics, bin: 0 } };
  }
}

function isPast(sachet: Sachet, doses: ReadonlyMap<string, Dose>): boolean {
  return isLabel(sachet) && (doses.get(`${sachet.slot}/${sachet.date}`)?.fate ?? 'due') !== 'due';
}

function fitting(mechanics: Mechanics, roll: RollId, sachets: readonly Sachet[]): Happening {
  const fitted = { ...mechanics, rolls: { ...mechanics.rolls, [roll]: sachets }, halfOut: null };
  return { ...person('load', '', { type: 'stock.loaded', roll, sachets }), mechanics: fitted };
}

const HEIR = Uint8Array.of(1);

/** A technician at the cable puts one unit in the place of another. */
export function* swaps({ handovers }: World, { snapshot }: Situation): Generator<Happening> {
  const { handedOver, tookOver } = snapshot.context.memory.registers;
  if (handedOver === null)
    yield person('handOver', 'its place is given to another', { type: 'handover.asked', heir: HEIR });
  for (const handover of tookOver === null ? handovers : []) {
    const words = `it takes the place of another (${handover.source})`;
    yield person('takeOver', words, { type: 'handover.offered', handover });
  }
}

/** Somebody tells of a roll or a bin where nobody can have reached it. */
export function* outOfPlace({ snapshot }: Situation): Generator<Happening> {
  if (chartValue(snapshot).custody === 'open') return;
  const family = 'outOfPlace';
  yield { words: 'a roll is announced', family, event: { type: 'stock.loaded', roll: 'A', sachets: ['unlabelled'] } };
  yield { words: 'an emptied bin is announced', family, event: { type: 'bin.emptied' } };
}

const ALARMING: ReadonlySet<string> = new Set(['fault', 'uncertain', 'open', 'inspecting']);

/** A technician frees what is stuck, wherever the door stands; what hangs half out is pushed back. */
export function* technician({ mishaps }: World, { mechanics, snapshot }: Situation): Generator<Happening> {
  if (!ALARMING.has(chartValue(snapshot).custody)) return;
  const freed = { ...mechanics, stuck: null, halfOut: null, chute: [] };
  const repaired = person('repair', 'a technician frees it and says so', { type: 'fault.repaired' });
  yield { ...repaired, mechanics: freed };
  if (mechanics.stuck !== null && mishaps.has('jam')) {
    yield { ...repaired, words: 'somebody says it is repaired, and it is not', usual: false };
  }
}

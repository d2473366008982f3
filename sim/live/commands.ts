import { nextDose, openDose } from '../../firmware/domain/agenda.ts';
import type { DoseKey } from '../../firmware/domain/dose.ts';
import type { Both, PanelCommand } from '../panel/frames.ts';
import type { World } from '../world/world.ts';
import type { LiveFaults } from './faults.ts';
import type { Pace } from './pace.ts';

/** Whom a command is about. */
export interface Commanded {
  readonly world: World;
  readonly pace: Pace;
  readonly faults: LiveFaults;
}

const HOUR_MS = 3_600_000;
const NOT_RUNNING: Both = { da: 'Apparatet er slukket.', en: 'The unit is off.' };
const NO_FAULT: Both = { da: 'Der er ingen fejl.', en: 'There is no fault.' };
const NOTHING_CALLS: Both = { da: 'Apparatet kalder ikke lige nu.', en: 'The unit is not calling right now.' };
const NO_DOSE: Both = { da: 'Der er ingen dosis at hoppe til.', en: 'There is no dose to jump to.' };

/** Carries out what the person at the panel asks; a sentence comes back when it cannot be done. */
export function carryOut(command: PanelCommand, commanded: Commanded): Both | undefined {
  const { world, pace, faults } = commanded;
  const { unit } = world;
  switch (command.do) {
    case 'press':
      // Whoever presses wants to see what comes of it, and not the next morning.
      pace.stay();
      unit.sensors.press(false);
      return undefined;
    case 'choose':
      unit.sensors.choose(command.choice);
      return undefined;
    case 'take':
      unit.takeFromCup();
      return undefined;
    case 'speed':
      pace.speed = command.factor;
      return undefined;
    case 'pause':
      pace.paused = command.on;
      return undefined;
    case 'jump':
      return jump(world, pace);
    case 'door':
      if (command.open) unit.sensors.openDoor(true);
      else unit.sensors.closeDoor();
      return undefined;
    case 'fault':
      faults.set(command.name, command.on);
      return undefined;
    default:
      return unit.running ? ask(command, commanded) : NOT_RUNNING;
  }
}

/** What people around the unit ask of it. */
function ask(command: PanelCommand, { world, faults }: Commanded): Both | undefined {
  const { unit, nurse, relative, diary, nowMs } = world;
  switch (command.do) {
    case 'quiet':
      if (unit.host?.state.chart.reminder === 'idle' && (unit.signs.view?.sound ?? 0) === 0) return NOTHING_CALLS;
      unit.sensors.askForQuiet();
      break;
    case 'takeOut':
      // The person at the panel takes each sachet; nobody collects them unseen.
      unit.ask({ type: 'takeOut.requested', doses: command.doses });
      break;
    case 'away':
      relative.tellAbsence(nowMs + command.hours * HOUR_MS);
      break;
    case 'home':
      relative.tellReturn();
      break;
    case 'refill':
      nurse.refill();
      break;
    case 'repair':
      if (!faults.needMending) return NO_FAULT;
      faults.mend();
      break;
    default:
      if (command.do !== 'settle') break;
      for (const dose of diary.uncertain) {
        unit.ask({ type: 'uncertainty.settled', dose: dose as DoseKey, fate: command.fate });
      }
  }
  return undefined;
}

/** To where something next happens with a dose: its window opens, its time comes, or it ends. */
function jump({ unit, nowMs }: World, pace: Pace): Both | undefined {
  const memory = unit.host?.state.memory;
  if (memory == null) return NOT_RUNNING;
  const open = openDose(memory, nowMs);
  const next = nextDose(memory, nowMs);
  const stops = [open?.dueMs, next?.dueMs].filter((ms): ms is number => ms !== undefined && ms > nowMs);
  if (stops.length === 0) return NO_DOSE;
  pace.jumpTo(Math.min(...stops));
  return undefined;
}

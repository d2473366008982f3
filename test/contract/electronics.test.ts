import { expect, it } from 'vitest';
import type { MechanismEvent } from '../../hal/ports/mechanism.ts';
import type { EmulatedElectronics } from '../../sim/board/emulated-electronics.ts';
import { emulationOf, steppedElectronics } from '../../sim/board/reference.ts';
import { beginVirtualTimers } from '../../sim/board/virtual-timers.ts';
import { CrashPoints } from '../../sim/device/crash-points.ts';
import { type Electronics, type ElectronicsWiring, simulatedElectronics } from '../../sim/device/electronics.ts';
import { partsFilledWith } from '../../sim/device/mechanism-parts.ts';
import { Random } from '../../sim/kernel/random.ts';
import { Timeline } from '../../sim/kernel/timeline.ts';
import { type ElectronicsRig, electronicsContract } from './electronics-suite.ts';

const SACHETS = 10;
const BIN_SACHETS = 100;
/** Nothing that is waited for takes longer. */
const PATIENCE_MS = 60_000;

/** Electronics on a bench: rolls in them, and no firmware. */
function bench(make: (wiring: ElectronicsWiring) => Electronics) {
  const timeline = new Timeline(0);
  const parts = partsFilledWith(SACHETS, BIN_SACHETS);
  const electronics = make({
    timeline,
    random: Random.stream(1, 'contacts'),
    crashPoints: new CrashPoints(),
    parts,
    witness: () => undefined,
    power: () => ({ source: 'mains', batteryPercent: 100 }),
    answer: (event) => electronics.mechanism.deliver(event),
    sense: (event) => electronics.sensors.deliver(event),
    losePower: () => electronics.losePower(),
  });
  const { mechanism, sensors, lock } = electronics;
  const rig: ElectronicsRig = {
    mechanism,
    sensors,
    lock,
    // It is there to be called, and turns nothing.
    isUnlocked: null,
    hands: {
      // Simulated contacts that bounce are told as they are: the firmware must bear them.
      press: () => sensors.press(false),
      takeSachet() {
        parts.cup.splice(0);
        sensors.lookIntoCup();
      },
      openDoor: (withKey) => sensors.openDoor(withKey),
      closeDoor: () => sensors.closeDoor(),
      turnLid: () => sensors.askForQuiet(),
      setUpright: (isUpright) => sensors.setUpright(isUpright),
      hangRollB: (isHung) => sensors.hang('B', isHung),
    },
    async until(holds) {
      for (const endMs = timeline.nowMs + PATIENCE_MS; !holds(); ) {
        if (timeline.nextMs > endMs || !timeline.step()) expect.unreachable('It did not come to pass.');
      }
    },
    remove: async () => undefined,
  };
  return { rig, electronics };
}

async function simulated(): Promise<ElectronicsRig> {
  return bench(simulatedElectronics).rig;
}

async function emulated(file = emulationOf('reference').file): Promise<ElectronicsRig> {
  const timers = beginVirtualTimers();
  let board: EmulatedElectronics | undefined;
  const { rig, electronics } = bench((wiring) => {
    board = steppedElectronics(timers, { file })(wiring);
    return board;
  });
  let isReady = false;
  electronics.boot(() => {
    isReady = true;
  });
  await rig.until(() => isReady);
  return {
    ...rig,
    isUnlocked: () => board?.isUnlocked === true,
    remove: async () => timers.end(),
  };
}

electronicsContract('simulated', simulated);
electronicsContract('emulated board', () => emulated());

it('an emulated board without a cup sensor releases all the same, and says nothing of the cup', async () => {
  const { file } = emulationOf('reference');
  const { cupSensor: _, ...pins } = file.pins;
  const rig = await emulated({ ...file, pins });
  const told: MechanismEvent[] = [];
  rig.mechanism.listen((event) => told.push(event));
  rig.mechanism.release({ intent: 1, roll: 'A' });
  await rig.until(() => told.length > 0);
  expect(told).toMatchObject([{ type: 'mechanism.moved', evidence: { cup: 'unknown', fed: { A: 1 } } }]);
  await rig.remove();
});

import { afterEach, describe, expect, it } from 'vitest';
import type { DoorState } from '../../../../hal/ports/sensors.ts';
import { batteryVolts } from '../../../../sim/board/mechanics/switches.ts';
import { emulationOf } from '../../../../sim/board/reference.ts';
import { BoardRig } from './board-rig.ts';

const { battery, button, pins } = emulationOf('reference').file;
const { divider, volts } = battery;

let rig: BoardRig;
afterEach(() => rig.end());

describe('the door, while the cable is out', () => {
  /** @returns what was sensed after the cable came back */
  function whileOut(deeds: () => void): readonly string[] {
    rig.serial.unplug();
    rig.ms(500);
    deeds();
    rig.ms(500);
    expect(rig.sensed).toEqual([]);
    rig.serial.plug();
    rig.until(() => rig.board.isReady);
    rig.ms(500);
    return rig.sensed.splice(0);
  }

  it.each([
    ['with the key', true, 'opened'],
    ['by force', false, 'forced'],
  ] as const)('is opened %s, and closed, and each is told once when the cable is back', (_, withKey, state) => {
    rig = new BoardRig();
    const opened = whileOut(() => {
      rig.switches.turnKey(withKey);
      rig.switches.setDoor(false);
    });
    expect(opened).toEqual(['door.opened']);
    expect(rig.board.sensors.door()).toBe(state);
    const closed = whileOut(() => {
      rig.switches.setDoor(true);
      rig.switches.turnKey(false);
    });
    expect(closed).toEqual(['door.closed']);
    expect(rig.board.sensors.door()).toBe('closed');
  });

  it('stays as it was, and nothing is told', () => {
    rig = new BoardRig();
    expect(whileOut(() => undefined)).toEqual([]);
    expect(rig.board.sensors.door()).toBe('closed');
  });
});

describe('the door, at the start', () => {
  it.each<[string, () => void, DoorState, string]>([
    ['shut', () => undefined, 'closed', 'door.closed'],
    ['open', () => rig.switches.setDoor(false), 'forced', 'door.opened'],
    [
      'opened with the key',
      () => {
        rig.switches.turnKey(true);
        rig.switches.setDoor(false);
      },
      'opened',
      'door.opened',
    ],
  ])('is unknown until the board answers, and is told to be %s as soon as it does', (_, deed, state, told) => {
    rig = new BoardRig();
    rig.serial.unplug();
    deed();
    rig.ms(500);
    rig.restart();
    rig.ms(500);
    expect([rig.board.sensors.door(), rig.board.isReady, rig.sensed]).toEqual(['unknown', false, []]);
    rig.serial.plug();
    rig.until(() => rig.board.isReady);
    expect(rig.board.sensors.door()).toBe(state);
    expect(rig.sensed.filter((type) => type.startsWith('door.'))).toEqual([told]);
  });

  it('is believed to stand as it was seen last while the cable is out', () => {
    rig = new BoardRig();
    rig.switches.setDoor(false);
    rig.ms(500);
    rig.serial.unplug();
    rig.ms(500);
    expect(rig.board.sensors.door()).toBe('forced');
  });
});

/** An edge has been reported, and is not believed yet. */
const REPORTED_MS = 15;

describe('the cable that goes out in the middle of a change', () => {
  /** @returns what was sensed after the cable came back */
  function outAfter(deed: () => void): readonly string[] {
    deed();
    rig.ms(REPORTED_MS);
    rig.serial.unplug();
    rig.ms(500);
    expect(rig.sensed).toEqual([]);
    rig.serial.plug();
    rig.until(() => rig.board.isReady);
    rig.ms(2_500);
    return rig.sensed;
  }

  it('hides no door', () => {
    rig = new BoardRig();
    expect(outAfter(() => rig.switches.setDoor(false))).toEqual(['door.opened']);
    expect(rig.board.sensors.door()).toBe('forced');
  });

  it('hides no hand in the cup', () => {
    rig = new BoardRig();
    rig.board.mechanism.release({ intent: 1, roll: 'A' });
    rig.answer();
    const taken = outAfter(() => {
      rig.parts.cup.splice(0);
      rig.mechanics.look();
    });
    expect(taken).toEqual(['cup.emptied']);
  });
});

describe('a cup', () => {
  it('with something in it is seen by drivers that have just begun, and so is a hand', () => {
    rig = new BoardRig();
    rig.board.mechanism.release({ intent: 1, roll: 'A' });
    rig.answer();
    rig.restart();
    rig.until(() => rig.board.isReady);
    rig.sensed.length = 0;
    rig.board.mechanism.inspect();
    expect(rig.answer()).toMatchObject({ evidence: { cup: 'occupied' } });
    rig.parts.cup.splice(0);
    rig.mechanics.look();
    rig.until(() => rig.sensed.length > 0);
    expect(rig.sensed).toEqual(['cup.emptied']);
  });

  it('that is emptied while the cable is out is told when it is back', () => {
    rig = new BoardRig();
    rig.board.mechanism.release({ intent: 1, roll: 'A' });
    expect(rig.answer()).toMatchObject({ evidence: { cup: 'occupied' } });
    rig.serial.unplug();
    rig.ms(500);
    rig.parts.cup.splice(0);
    rig.mechanics.look();
    rig.serial.plug();
    rig.until(() => rig.sensed.length > 0);
    expect(rig.sensed).toEqual(['cup.emptied']);
  });

  it('that a fall has emptied while the cable is out is told after the fall', () => {
    rig = new BoardRig();
    rig.board.mechanism.release({ intent: 1, roll: 'A' });
    expect(rig.answer()).toMatchObject({ evidence: { cup: 'occupied' } });
    rig.serial.unplug();
    rig.switches.setUpright(false);
    rig.parts.cup.splice(0);
    rig.mechanics.look();
    rig.ms(500);
    rig.board.mechanism.inspect();
    rig.serial.plug();
    rig.until(() => rig.sensed.length > 1);
    expect(rig.sensed).toEqual(['placement.changed', 'cup.emptied']);
  });
});

describe('a press', () => {
  it('while the cable is out is over when it is back', () => {
    rig = new BoardRig();
    rig.serial.unplug();
    rig.ms(200);
    rig.switches.press(150);
    rig.ms(500);
    rig.serial.plug();
    rig.until(() => rig.board.isReady);
    rig.ms(500);
    expect(rig.sensed).toEqual([]);
    rig.switches.press(150);
    rig.ms(500);
    expect(rig.sensed).toEqual(['button.pressed']);
  });

  it('that goes on asks for quiet; what only a spoilt report makes of it does not', () => {
    rig = new BoardRig();
    const spoilt = [0x90, 0x00, 0x00];
    rig.serial.hear(...spoilt);
    rig.ms(button.holdMs + 1_000);
    expect(rig.sensed).toEqual([]);
    rig.switches.press(button.holdMs + 1_000);
    rig.ms(button.holdMs + 1_500);
    expect(rig.sensed).toEqual(['button.pressed', 'quiet.requested']);
  });
});

describe('how the unit stands', () => {
  const LADDER_MS = 1_000;

  it('is believed to be well again when it has been so for a while: a contact may rattle', () => {
    rig = new BoardRig();
    rig.switches.setUpright(false);
    rig.ms(LADDER_MS);
    expect(rig.board.sensors.placement().upright).toBe(false);
    rig.switches.setUpright(true);
    rig.ms(LADDER_MS);
    rig.switches.setUpright(false);
    rig.ms(LADDER_MS);
    expect(rig.sensed).toEqual(['placement.changed']);
    rig.switches.setUpright(true);
    rig.until(() => rig.board.sensors.placement().upright);
    expect(rig.sensed).toEqual(['placement.changed', 'placement.changed']);
  });

  it('is read before anything moves, also when the cable comes in late or in again', () => {
    rig = new BoardRig();
    rig.serial.unplug();
    rig.switches.setUpright(false);
    rig.ms(5_000);
    rig.board.mechanism.swallow({ intent: 1, roll: 'A' });
    rig.serial.plug();
    expect(rig.answer()).toMatchObject({ type: 'mechanism.moved', evidence: { fed: { A: 0 }, binned: 0 } });
    expect(rig.board.sensors.placement().upright).toBe(false);
    rig.board.mechanism.swallow({ intent: 2, roll: 'A' });
    expect(rig.answer()).toMatchObject({ type: 'mechanism.moved', evidence: { fed: { A: 0 }, binned: 0 } });
  });

  it('is set up anew when the chip did not hear that it is to be measured', () => {
    rig = new BoardRig();
    rig.serial.unplug();
    rig.chip.reset();
    rig.ms(200);
    // To report channel 6, the ladder.
    rig.serial.loses = 0xc6;
    rig.serial.plug();
    rig.switches.setUpright(false);
    rig.until(() => rig.board.isReady, 20_000);
    expect(rig.board.sensors.placement().upright).toBe(false);
    expect(rig.logged).toContain('Nothing moves: the electronics did not hear all of their set-up.');
  });
});

describe('the battery', () => {
  const SOON_MS = 1_000;
  /** A step of the converter is so much, and what follows wavers by one. */
  const STEP_PERCENT = 0.8;
  const measureVolts = (atBattery: number): void => {
    rig.chip.setVolts(pins.battery, atBattery / divider);
    rig.ms(SOON_MS);
  };
  /** Of the model's own cells. */
  const measure = (percent: number): void => measureVolts(batteryVolts(percent));

  it.each([
    [0, 'battery'],
    [5, 'battery'],
    [10, 'battery'],
    [20, 'battery'],
    [30, 'battery'],
    [50, 'battery'],
    [70, 'battery'],
    [93, 'battery'],
    [97, 'mains'],
    [100, 'mains'],
  ] as const)('that holds %d of a hundred parts is told so, on %s', (percent, source) => {
    rig = new BoardRig();
    measure(percent < 60 ? 80 : 20);
    measure(percent);
    const power = rig.board.sensors.power();
    expect(power.source).toBe(source);
    expect(Math.abs(power.batteryPercent - percent)).toBeLessThanOrEqual(1);
  });

  it('is empty below all that it may have, and full above', () => {
    rig = new BoardRig();
    measureVolts((volts[0] ?? 0) - 1);
    expect(rig.board.sensors.power()).toEqual({ source: 'battery', batteryPercent: 0 });
    measureVolts((volts.at(-1) ?? 0) + 0.5);
    expect(rig.board.sensors.power()).toEqual({ source: 'mains', batteryPercent: 100 });
  });

  it('that wavers about what a charger holds loses its mains once, when it falls, and has them back at once', () => {
    rig = new BoardRig();
    measure(95);
    rig.sensed.length = 0;
    for (let round = 0; round < 5; round += 1) {
      measure(95 - STEP_PERCENT);
      measure(95);
    }
    expect(rig.sensed).toEqual([]);
    expect(rig.board.sensors.power().source).toBe('mains');
    measure(92);
    expect(rig.sensed).toEqual(['power.changed']);
    expect(rig.board.sensors.power().source).toBe('battery');
    rig.sensed.length = 0;
    measure(95 - STEP_PERCENT);
    expect(rig.board.sensors.power().source).toBe('battery');
    measure(95);
    expect(rig.board.sensors.power().source).toBe('mains');
  });

  it('that wavers is no news, and one that falls is', () => {
    rig = new BoardRig();
    measure(60);
    rig.sensed.length = 0;
    for (let round = 0; round < 5; round += 1) {
      measure(60 + STEP_PERCENT);
      measure(60);
    }
    expect(rig.sensed).toEqual([]);
    measure(57);
    expect(rig.sensed).toEqual(['power.changed']);
    expect(Math.abs(rig.board.sensors.power().batteryPercent - 57)).toBeLessThanOrEqual(1);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import type { PanelView } from '../../../../hal/ports/panel.ts';
import { CYCLES_PER_MS } from '../../../../sim/board/chip.ts';
import { emulationOf } from '../../../../sim/board/reference.ts';
import { BoardRig, MOVE_MS_MAX } from './board-rig.ts';

const { file } = emulationOf('reference');
const { pins } = file;
const VIEW: PanelView = {
  ...{ message: 'ready-none', params: {}, lamp: 'ready', light: 0, sound: 0, soundPaused: false, choices: [] },
  ...{ button: 'idle', device: '', serviceNumber: '' },
};

let rig: BoardRig;
afterEach(() => rig.end());

describe('a movement', () => {
  it('that its cable breaks off ends as a jam as soon as the cable is back, by what the board has seen', () => {
    rig = new BoardRig();
    rig.board.mechanism.release({ intent: 7, roll: 'A' });
    rig.ms(1_200);
    rig.serial.unplug();
    rig.ms(3_000);
    expect(rig.told).toEqual([]);
    expect(rig.chip.driveOf(pins.motorPower)).toBe('low');
    rig.serial.plug();
    expect(rig.answer()).toMatchObject({
      type: 'mechanism.jammed',
      intent: 7,
      evidence: { fed: { A: 1 }, gate: 'blocked' },
    });
    expect(rig.halved).toEqual([]);
  });

  it('that a reset of the microcontroller breaks off ends as a jam, though the cable knows nothing of it', () => {
    rig = new BoardRig();
    rig.board.mechanism.release({ intent: 7, roll: 'A' });
    rig.ms(600);
    rig.chip.reset();
    expect(rig.answer()).toMatchObject({ type: 'mechanism.jammed', intent: 7 });
    expect(rig.logged).toContain('Movement 7 was broken off.');
  });

  it('that is asked of a board that is away is not begun, and is told so when it is back', () => {
    rig = new BoardRig();
    rig.serial.unplug();
    rig.board.mechanism.release({ intent: 8, roll: 'A' });
    rig.ms(500);
    expect(rig.told).toEqual([{ type: 'mechanism.lost' }]);
    rig.serial.plug();
    expect(rig.answer()).toMatchObject({
      type: 'mechanism.moved',
      intent: 8,
      evidence: { fed: { A: 0 }, cup: 'empty' },
    });
  });

  it('does not begin while something lies below the blade', () => {
    rig = new BoardRig();
    rig.board.mechanism.release({ intent: 1, roll: 'A' });
    rig.ms(1_200);
    rig.board.mechanism.stop();
    rig.board.mechanism.release({ intent: 2, roll: 'B' });
    expect(rig.answer()).toMatchObject({ type: 'mechanism.jammed', intent: 2, evidence: { fed: { B: 0 } } });
    expect(rig.parts.cup).toEqual([]);
  });

  it('makes no movement on a unit that lies on its side, and says that nothing moved', () => {
    rig = new BoardRig();
    rig.switches.setUpright(false);
    rig.ms(600);
    rig.board.mechanism.release({ intent: 1, roll: 'A' });
    expect(rig.answer()).toMatchObject({
      type: 'mechanism.moved',
      intent: 1,
      evidence: { fed: { A: 0 }, cup: 'empty' },
    });
    rig.switches.setUpright(true);
    rig.ms(MOVE_MS_MAX);
    expect(rig.told).toHaveLength(1);
    expect(rig.mechanics.position('A')).toBe(0);
  });

  it.each([
    ['another sachet', (seen: (fits: boolean) => void) => seen(false)],
    ['nothing', () => undefined],
  ])('does not cut where the camera reads %s', (_, look) => {
    rig = new BoardRig({ look: (_move, seen) => look(seen) });
    rig.board.mechanism.release({ intent: 1, roll: 'A' });
    rig.until(() => rig.told.length > 0, 12_000);
    expect(rig.told).toMatchObject([{ type: 'mechanism.jammed', evidence: { gate: 'blocked', cup: 'empty' } }]);
    expect(rig.parts.bays.A).toHaveLength(5);
  });

  it('cuts where the camera reads the sachet that was asked for', () => {
    rig = new BoardRig({ look: (_move, seen) => seen(true) });
    rig.board.mechanism.release({ intent: 1, roll: 'A' });
    expect(rig.answer()).toMatchObject({ type: 'mechanism.moved', evidence: { cup: 'occupied' } });
  });
});

describe('the button', () => {
  it('asks for quiet when it is held, once', () => {
    rig = new BoardRig();
    rig.switches.press(3 * file.button.holdMs);
    rig.ms(4 * file.button.holdMs);
    expect(rig.sensed).toEqual(['button.pressed', 'quiet.requested']);
  });
});

describe('the switches of the ladder', () => {
  it('tell of a unit that is laid on its side, and of a roll that is taken down, once each', () => {
    rig = new BoardRig();
    expect(rig.board.sensors.placement()).toEqual({ upright: true, rolls: { A: true, B: true } });
    rig.switches.setUpright(false);
    rig.ms(1_000);
    expect(rig.board.sensors.placement()).toEqual({ upright: false, rolls: { A: true, B: true } });
    rig.switches.setUpright(true);
    rig.switches.setRoll('B', false);
    rig.ms(3_000);
    expect(rig.board.sensors.placement()).toEqual({ upright: true, rolls: { A: true, B: false } });
    expect(rig.sensed.filter((type) => type === 'placement.changed').length).toBeLessThanOrEqual(3);
    expect(rig.sensed).not.toContain('quiet.requested');
  });
});

describe('a board that comes back', () => {
  it('and has not heard all of its set-up is set up once more', () => {
    rig = new BoardRig();
    rig.serial.unplug();
    rig.chip.reset();
    rig.ms(100);
    // REPORT_DIGITAL of the port of the button.
    rig.serial.loses = 0xd0;
    rig.serial.plug();
    rig.ms(4_000);
    expect(rig.serial.loses).toBeUndefined();
    expect(rig.board.isReady).toBe(true);
    rig.switches.press(150);
    rig.ms(300);
    expect(rig.sensed).toContain('button.pressed');
  });

  it('is noticed to have started anew by its clock, when its memory no longer counts its starts', () => {
    rig = new BoardRig();
    rig.ms(2_000);
    rig.chip.eeprom.load(new Uint8Array(rig.chip.eeprom.contents().length).fill(0xff));
    rig.chip.reset();
    rig.ms(4_000);
    expect(rig.logged.join()).toContain('started anew');
    rig.switches.press(150);
    rig.ms(300);
    expect(rig.sensed).toContain('button.pressed');
  });
});

describe('a report that was spoilt on its way', () => {
  it('opens no door', () => {
    rig = new BoardRig();
    // A change of the button's port, that one bit makes one of the port of door and key: open, and turned.
    rig.serial.hear(0x92, 0x04, 0x00);
    rig.ms(500);
    expect(rig.sensed).not.toContain('door.opened');
    expect(rig.board.sensors.door()).toBe('closed');
  });

  it('takes no dose out of the cup', () => {
    rig = new BoardRig();
    rig.board.mechanism.release({ intent: 1, roll: 'A' });
    expect(rig.answer()).toMatchObject({ evidence: { cup: 'occupied' } });
    // Everything clear, the cup as well.
    rig.serial.hear(0x92, 0x2f, 0x00);
    rig.ms(500);
    expect(rig.sensed).toEqual([]);
  });
});

describe('the lamp', () => {
  it('is as strong as the light that is asked for', () => {
    rig = new BoardRig();
    const strengths = ([0, 1, 2, 3] as const).map((light) => {
      rig.board.panel.show({ ...VIEW, light });
      rig.ms(20);
      return rig.brightness(pins.lampGreen);
    });
    expect(strengths.map((one) => Math.round(one * 20) / 20)).toEqual([0.15, 0.4, 0.7, 1]);
  });

  it('blinks red twice a second for an alarm, and is as it was after the cable was out', () => {
    rig = new BoardRig();
    rig.board.panel.show({ ...VIEW, lamp: 'alarm', light: 3 });
    const rises = (from: number) =>
      rig.changes.slice(from).filter(({ pin, drive }) => pin === pins.lampRed && drive === 'high').length;
    const before = rig.changes.length;
    rig.ms(3_000);
    expect([6, 7]).toContain(rises(before));
    rig.serial.unplug();
    rig.chip.reset();
    rig.ms(500);
    rig.serial.plug();
    rig.ms(500);
    const after = rig.changes.length;
    rig.ms(3_000);
    expect([6, 7]).toContain(rises(after));
  });
});

describe('the sounder', () => {
  it('sounds the ten pulses of an alarm of high priority, and is silent at once when it is asked to be', () => {
    rig = new BoardRig();
    rig.board.panel.show({ ...VIEW, lamp: 'alarm', light: 3, sound: 3 });
    const tones: number[] = [];
    let last = Number.NEGATIVE_INFINITY;
    rig.chip.onPin(({ pin, drive, cycle }) => {
      if (pin !== pins.sounder || drive !== 'high') return;
      if ((cycle - last) / CYCLES_PER_MS > 20) tones.push(cycle);
      last = cycle;
    });
    rig.ms(5_000);
    expect(tones).toHaveLength(10);
    rig.ms(2_100);
    rig.board.panel.show({ ...VIEW, lamp: 'alarm', light: 3, sound: 0 });
    rig.ms(20);
    const silentFrom = rig.chip.cycles;
    rig.ms(3_000);
    expect(last).toBeLessThan(silentFrom);
  });
});

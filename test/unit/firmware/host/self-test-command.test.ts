import { describe, expect, it } from 'vitest';
import type { SelfTestPart } from '../../../../protocol/messages/command.ts';
import { command, Desk, sealed } from '../centre-desk.ts';
import { labels, MINUTE, Rig, SECOND } from '../rig.ts';

const ROLL = { A: labels('2026-11-20', 7) };

class Table {
  readonly rig = new Rig({ rolls: ROLL });
  desk = new Desk(this.rig);
  #id = 2;

  test(parts?: readonly SelfTestPart[]): void {
    this.#id += 1;
    const asked = { type: 'selfTest' as const, id: this.#id, ...(parts === undefined ? {} : { parts }) };
    this.desk.send('command', sealed(command(this.rig, asked)));
  }

  get answer() {
    return this.desk.answers.at(-1);
  }

  get moves(): string[] {
    return this.rig.calls.filter((call) => /^mechanism\.(release|swallow|retract)/.test(call));
  }
}

const well = (...parts: SelfTestPart[]) => parts.map((part) => ({ part, outcome: 'passed', by: 'unit' }));
const untold = (...parts: SelfTestPart[]) => parts.map((part) => ({ part, outcome: 'untold', by: 'person' }));

describe('a self-test that the centre asks for', () => {
  it('reads the sensors, moves and shows nothing, and answers for each part; of what a person must see, that nobody saw', () => {
    const table = new Table();
    const shown = table.rig.calls.filter((call) => call === 'speech.say').length;
    table.test();
    expect(table.answer).toMatchObject({ status: 'accepted' });
    expect(table.rig.calls.at(-1)).not.toBe('mechanism.release');
    table.rig.pass(SECOND);
    expect(table.answer).toMatchObject({
      status: 'done',
      tested: [
        ...untold('lamp', 'sounder', 'speech', 'button', 'lock'),
        ...well('motor', 'sensors', 'battery', 'clock', 'radio'),
      ],
    });
    expect(table.answer).not.toHaveProperty('faulty');
    expect(table.moves).toEqual([]);
    expect(table.rig.calls.filter((call) => call === 'speech.say')).toHaveLength(shown);
    expect(table.rig.custody).toBe('locked');
    expect(table.rig.recorded('command')).toEqual([{ type: 'command.obeyed', id: 3, command: 'selfTest' }]);
  });

  it('of parts that need no look at the mechanism is done at once', () => {
    const table = new Table();
    table.rig.setPower({ source: 'battery', batteryPercent: 25 });
    table.test(['battery', 'radio']);
    expect(table.answer).toMatchObject({
      status: 'done',
      faulty: ['battery'],
      tested: [{ part: 'battery', outcome: 'failed', by: 'unit', found: 'battery-low' }, ...well('radio')],
    });
    expect(table.desk.answers).toHaveLength(1);
  });

  it('finds a mechanism that is silent before a dose is due, locks and says so', () => {
    const table = new Table();
    table.rig.ports.mechanism.inspect = () => {};
    table.test(['motor']);
    expect(table.answer).toMatchObject({ status: 'accepted' });
    table.rig.pass(5 * MINUTE);
    expect(table.answer).toMatchObject({
      status: 'done',
      faulty: ['motor'],
      tested: [{ part: 'motor', outcome: 'failed', found: 'mechanism-silent' }],
    });
    expect(table.rig.custody).toBe('fault');
    expect(table.rig.recorded('alarm')).toMatchObject([{ type: 'alarm.raised', code: 'mechanism-silent' }]);
  });

  it('notices a sensor that says nothing and a gate that is stuck, also at the open door', () => {
    const table = new Table();
    table.rig.sense({ type: 'door.opened', withKey: true });
    table.rig.cupSays = 'unknown';
    table.test(['sensors']);
    table.rig.pass(SECOND);
    expect(table.answer).toMatchObject({ status: 'done', faulty: ['sensors'], tested: [{ found: 'sensor-fault' }] });
    expect(table.rig.custody).toBe('open');
    table.rig.gate = 'blocked';
    table.test(['motor']);
    table.rig.pass(SECOND);
    expect(table.answer).toMatchObject({ status: 'done', faulty: ['motor'], tested: [{ found: 'mechanism-jam' }] });
    table.rig.ports.mechanism.inspect = () => {};
    table.test(['motor']);
    table.rig.pass(5 * MINUTE);
    expect(table.answer).toMatchObject({ status: 'done', tested: [{ found: 'mechanism-silent' }] });
  });

  it('leaves a dose alone that lies in the cup, and a press alone that comes in between', () => {
    const table = new Table();
    table.rig.until('2026-11-20T08:00+01:00');
    table.test(['motor']);
    table.rig.pass(SECOND);
    table.rig.press();
    expect(table.rig.custody).toBe('presented');
    table.test();
    expect(table.answer).toMatchObject({ status: 'done' });
    expect(table.rig.custody).toBe('presented');
    table.rig.take();
    expect(table.rig.fate('morning/2026-11-20')).toBe('taken');
    expect(table.moves).toHaveLength(1);
  });

  it('waits for nobody twice: one that comes while another looks is told that the unit is busy', () => {
    const table = new Table();
    table.test(['motor']);
    table.test(['sensors']);
    expect(table.answer).toMatchObject({ status: 'refused', errors: [{ code: 'busy' }] });
    table.rig.pass(SECOND);
    expect(table.answer).toMatchObject({ status: 'done', tested: well('motor') });
  });

  it('that a power cut ends was not done', () => {
    const table = new Table();
    table.test(['motor']);
    table.rig.cutPower();
    table.rig.boot();
    const again = new Desk(table.rig);
    again.send('command', sealed(command(table.rig, { type: 'selfTest', id: 3, parts: ['motor'] })));
    table.rig.pass(SECOND);
    expect(again.answers.at(-1)).toMatchObject({ status: 'failed', errors: [{ code: 'not-done' }] });
  });
});

import { describe, expect, it } from 'vitest';
import type { Command } from '../../../../protocol/messages/command.ts';
import { command, Desk, FORGER, sealed } from '../centre-desk.ts';
import { HOUR, labels, MINUTE, Rig, SECOND } from '../rig.ts';

const ROLL = { A: labels('2026-11-20', 7) };
const MORNING = 'morning/2026-11-20';

type Asked = Parameters<typeof command>[1];

class Table {
  readonly rig = new Rig({ rolls: ROLL });
  readonly desk = new Desk(this.rig);

  /** Sends a command and returns it. */
  ask(asked: Asked, changed: object = {}): Command {
    const made = command(this.rig, asked, changed);
    this.desk.send('command', sealed(made));
    return made;
  }

  again(made: Command): void {
    this.desk.send('command', sealed(made));
  }

  get answer() {
    return this.desk.answers.at(-1);
  }
}

describe('a command', () => {
  it('is carried out, answered and on record', () => {
    const table = new Table();
    table.ask({ type: 'pause', id: 3 });
    expect(table.rig.host.state.chart.presence).toBe('paused');
    expect(table.answer).toMatchObject({ status: 'done', id: 3 });
    expect(table.rig.recorded('command')).toEqual([{ type: 'command.obeyed', id: 3, command: 'pause' }]);
  });

  it('that comes again is answered as before and not carried out again', () => {
    const table = new Table();
    const pause = table.ask({ type: 'pause', id: 3 });
    table.ask({ type: 'resume', id: 4 });
    table.again(pause);
    expect(table.rig.host.state.chart.presence).toBe('home');
    expect(table.answer).toMatchObject({ status: 'done', id: 3 });
    expect(table.rig.recorded('command')).toHaveLength(2);
  });

  it('that comes again after a power cut is not carried out again', () => {
    const table = new Table();
    const pause = table.ask({ type: 'pause', id: 3 });
    table.ask({ type: 'resume', id: 4 });
    table.rig.cutPower();
    table.rig.boot();
    new Desk(table.rig).send('command', sealed(pause));
    expect(table.rig.host.state.chart.presence).toBe('home');
    expect(table.answer).toMatchObject({ status: 'done', id: 3 });
  });

  it.each<[string, string, object, string, string]>([
    ['for another unit', 'DD-0042', { device: 'DD-0043' }, 'another-device', ''],
    ['of another ledger', 'DD-0042', { expected: { epoch: 6, presence: 'home' } }, 'state-mismatch', 'expected.epoch'],
    [
      'whose state is another',
      'DD-0042',
      { expected: { epoch: 7, presence: 'away' } },
      'state-mismatch',
      'expected.presence',
    ],
    ['that is too old', 'DD-0042', { issuedAt: 1_700_000_000, expiresAt: 1_700_000_100 }, 'expired', 'expiresAt'],
    ['from the future', 'DD-0042', { issuedAt: 1_795_200_000, expiresAt: 1_795_200_100 }, 'not-yet-issued', 'issuedAt'],
  ])('%s is refused, on record and without effect', (_, _device, changed, code, path) => {
    const table = new Table();
    table.ask({ type: 'pause', id: 3 }, changed);
    expect(table.rig.host.state.chart.presence).toBe('home');
    expect(table.rig.recorded('command')).toMatchObject([{ type: 'command.refused', code }]);
    if (path === '') expect(table.answer).toBeUndefined();
    else expect(table.answer).toMatchObject({ status: 'refused', id: 3, errors: [{ path, code }] });
  });

  it('that is forged is not answered, and fills no ledger', () => {
    const table = new Table();
    const forged = sealed(command(table.rig, { type: 'pause', id: 3 }), FORGER);
    for (let count = 0; count < 300; count += 1) table.desk.send('command', forged);
    expect(table.answer).toBeUndefined();
    expect(table.rig.host.state.chart.presence).toBe('home');
    expect(table.rig.recorded('command')).toHaveLength(12);
  });

  it('of which any byte was changed has no effect', () => {
    const table = new Table();
    const bytes = sealed(command(table.rig, { type: 'pause', id: 3 }));
    for (let at = 0; at < bytes.length; at += 1) {
      table.desk.send(
        'command',
        bytes.map((byte, index) => (index === at ? byte ^ 0x04 : byte)),
      );
    }
    expect(table.desk.answers).toEqual([]);
    expect(table.rig.host.state.chart.presence).toBe('home');
    table.desk.send('command', bytes);
    expect(table.rig.host.state.chart.presence).toBe('paused');
  });

  it('to go on is refused by a unit that is not paused, with that reason', () => {
    const table = new Table();
    table.ask({ type: 'resume', id: 3 });
    expect(table.answer).toMatchObject({ status: 'refused', id: 3, errors: [{ path: '', code: 'not-paused' }] });
  });

  it('is refused while the clock is in doubt', () => {
    const table = new Table();
    table.rig.source = 'lost';
    table.rig.pass(MINUTE);
    table.ask({ type: 'pause', id: 3 });
    expect(table.answer).toMatchObject({ status: 'refused', errors: [{ code: 'time-suspect' }] });
  });

  it('whose number is taken by another is refused, and the first answer stays', () => {
    const table = new Table();
    const pause = table.ask({ type: 'pause', id: 3 });
    table.ask({ type: 'restart', id: 3 });
    expect(table.answer).toMatchObject({ status: 'refused', errors: [{ path: 'id', code: 'id-reused' }] });
    table.again(pause);
    expect(table.answer).toMatchObject({ status: 'done', id: 3 });
  });

  it('older than all that are remembered is a replay', () => {
    const table = new Table();
    const first = table.ask({ type: 'silence', id: 1, minutes: 5 });
    for (let id = 2; id < 80; id += 1) {
      table.ask({ type: 'silence', id, minutes: 5 });
      table.rig.pass(5);
    }
    table.again(first);
    expect(table.answer).toMatchObject({ status: 'refused', id: 1, errors: [{ path: 'id', code: 'replayed' }] });
    expect(table.rig.store.rows('SELECT count(*) AS kept FROM command')).toEqual([{ kept: 64 }]);
  });

  it.each<[string, Asked]>([
    ['a trace, of which it keeps none', { type: 'sendLog', id: 9, source: 'trace', bytesMax: 100 }],
    [
      'other firmware, without a loader',
      { type: 'update', id: 9, image: new Uint8Array(32), imageBytes: 100, firmware: '0.2.0' },
    ],
  ])('that this firmware cannot do (%s) is refused', (_, asked) => {
    const table = new Table();
    table.ask(asked);
    expect(table.answer).toMatchObject({ status: 'refused', errors: [{ code: 'unsupported' }] });
  });

  it('for other firmware is refused where nobody would fetch it', () => {
    const table = new Table();
    table.ask({ type: 'update', id: 9, image: new Uint8Array(32), imageBytes: 100, firmware: '1.1.0' });
    expect(table.answer).toMatchObject({ status: 'refused', errors: [{ path: 'type', code: 'unsupported' }] });
    expect(table.rig.host.state.memory?.registers.update).toBeNull();
  });
});

describe('a take-out that the centre opens', () => {
  it('is accepted, and done when the last dose has come out; quiet until the citizen is back', () => {
    const table = new Table();
    const awayUntil = Math.floor(Date.parse('2026-11-22T18:00+01:00') / 1000);
    table.ask({ type: 'openTakeOut', id: 1, doses: 2, awayUntil });
    expect(table.answer).toMatchObject({ status: 'accepted', id: 1 });
    for (let dose = 0; dose < 2; dose += 1) {
      table.rig.pass(MINUTE);
      table.rig.take();
    }
    table.rig.pass(MINUTE);
    expect(table.answer).toMatchObject({ status: 'done', id: 1 });
    expect(table.rig.host.state.memory?.registers.presence).toEqual({ mode: 'away', untilMs: awayUntil * 1000 });
  });

  it('is refused when it wants more than the citizen may have along', () => {
    const table = new Table();
    table.ask({ type: 'openTakeOut', id: 1, doses: 7 });
    expect(table.answer).toMatchObject({ status: 'refused', errors: [{ path: 'doses', code: 'take-out-limit' }] });
  });

  it.each<[string, (table: Table) => void, string]>([
    ['the medicine is paused', (table) => table.ask({ type: 'pause', id: 1 }), 'paused'],
    ['the door is open', ({ rig }) => rig.sense({ type: 'door.opened', withKey: true }), 'locked'],
    [
      'the battery is almost empty',
      ({ rig }) => rig.setPower({ source: 'battery', batteryPercent: 5 }),
      'battery-critical',
    ],
  ])('is refused while %s, and the centre is told that', (_, happens, code) => {
    const table = new Table();
    happens(table);
    table.ask({ type: 'openTakeOut', id: 2, doses: 1 });
    expect(table.answer).toMatchObject({ status: 'refused', id: 2, errors: [{ path: 'doses', code }] });
  });

  it('that a power cut ends has failed', () => {
    const table = new Table();
    const asked = table.ask({ type: 'openTakeOut', id: 1, doses: 2 });
    table.rig.pass(2 * SECOND);
    table.rig.cutPower();
    table.rig.boot();
    new Desk(table.rig).send('command', sealed(asked));
    expect(table.answer).toMatchObject({ status: 'failed', id: 1, errors: [{ code: 'not-done' }] });
  });
});

describe('a window that the centre extends', () => {
  const at = (time: string): number => Date.parse(`2026-11-20T${time}+01:00`) / 1000;
  const extend = (minutes: number, closesAt = at('09:00')): Asked => ({
    type: 'extendWindow',
    id: 1,
    slot: 'morning',
    date: '2026-11-20',
    closesAt,
    minutes,
  });

  it('stays open longer, once', () => {
    const table = new Table();
    table.rig.until('2026-11-20T08:30+01:00');
    table.ask(extend(60));
    expect(table.answer).toMatchObject({ status: 'done' });
    table.ask({ ...extend(60), id: 2 });
    expect(table.answer).toMatchObject({ status: 'refused', errors: [{ path: 'closesAt', code: 'state-mismatch' }] });
    table.rig.until('2026-11-20T09:50+01:00');
    table.rig.press();
    expect(table.rig.fate(MORNING)).toBe('presented');
  });

  it('closes at its new time, also after a restart', () => {
    const table = new Table();
    table.ask(extend(60));
    table.rig.cutPower();
    table.rig.boot();
    table.rig.until('2026-11-20T09:59:59+01:00');
    expect(table.rig.recorded('dose.missed')).toEqual([]);
    table.rig.pass(2 * SECOND);
    expect(table.rig.recorded('dose.missed')).toHaveLength(1);
  });

  it('is refused when it would meet the next one, and when it has closed', () => {
    const table = new Table();
    table.ask(extend(11 * 60));
    expect(table.answer).toMatchObject({ status: 'refused', errors: [{ path: 'minutes', code: 'conflict' }] });
    table.rig.until('2026-11-20T09:30+01:00');
    table.ask({ ...extend(60), id: 2 });
    expect(table.answer).toMatchObject({ status: 'refused', errors: [{ path: 'date', code: 'state-mismatch' }] });
  });
});

describe('a silence that the centre grants', () => {
  it('stills the sound and not the light, and ends before the last call', () => {
    const table = new Table();
    table.rig.until('2026-11-20T08:20+01:00');
    table.ask({ type: 'silence', id: 1, minutes: 120 });
    table.rig.pass(SECOND);
    expect(table.rig.view).toMatchObject({ sound: 0, lamp: 'call', message: 'dose-call' });
    table.rig.until('2026-11-20T08:51+01:00');
    expect(table.rig.view).toMatchObject({ sound: 3 });
  });
});

describe('a message from the centre', () => {
  const drink: Asked = { type: 'message', id: 1, text: 'Husk at drikke vand i varmen.', buttons: ['Ja', 'Nej'] };

  it('is shown and spoken, and answered with a button', () => {
    const table = new Table();
    table.ask(drink);
    expect(table.rig.view).toMatchObject({
      message: 'message',
      params: { text: 'Husk at drikke vand i varmen.' },
      choices: ['Ja', 'Nej'],
    });
    expect(table.rig.said.at(-1)).toMatchObject({
      phrase: 'message',
      params: { text: 'Husk at drikke vand i varmen.' },
    });
    table.rig.sense({ type: 'choice.pressed', choice: 2 });
    expect(table.answer).toMatchObject({ status: 'done', id: 1, button: 2 });
    expect(table.rig.view?.choices).toEqual([]);
  });

  it('never hides a dose, and its buttons release none', () => {
    const table = new Table();
    table.ask(drink, { expiresAt: Math.floor(table.rig.wallMs / 1000) + 6 * 3600 });
    table.rig.until('2026-11-20T08:10+01:00');
    expect(table.rig.view).toMatchObject({ message: 'dose-call', choices: [] });
    table.rig.press();
    table.rig.take();
    expect(table.rig.view).toMatchObject({ message: 'message' });
    expect(table.rig.given).toHaveLength(1);
  });

  it('outlasts a restart, and has failed when its time is over', () => {
    const table = new Table();
    const asked = table.ask(drink);
    table.rig.cutPower();
    table.rig.boot();
    expect(table.rig.view).toMatchObject({ message: 'message' });
    const desk = new Desk(table.rig);
    table.rig.pass(61 * MINUTE);
    desk.send('command', sealed(asked));
    expect(table.answer).toMatchObject({ status: 'failed', errors: [{ path: 'expiresAt', code: 'expired' }] });
    expect(table.rig.view?.choices).toEqual([]);
  });

  it('without buttons of its own is put away with one', () => {
    const table = new Table();
    table.ask({ type: 'message', id: 1, text: 'Sygeplejersken kommer kl. 14.' });
    expect(table.rig.view?.choices).toEqual(['OK']);
    table.rig.sense({ type: 'choice.pressed', choice: 1 });
    expect(table.answer).toMatchObject({ status: 'done', id: 1 });
    expect(table.answer).not.toHaveProperty('button');
  });

  it('waits its turn behind others, and there is an end to them', () => {
    const table = new Table();
    for (let id = 1; id <= 5; id += 1) {
      table.ask({ ...drink, id, text: `Besked ${id}` });
      table.rig.pass(SECOND);
    }
    expect(table.answer).toMatchObject({ status: 'refused', id: 5, errors: [{ code: 'busy' }] });
    expect(table.rig.view?.params.text).toBe('Besked 1');
    table.rig.sense({ type: 'choice.pressed', choice: 1 });
    expect(table.rig.view?.params.text).toBe('Besked 2');
  });

  it('is not answered by a button that it does not have', () => {
    const table = new Table();
    table.ask(drink);
    table.rig.sense({ type: 'choice.pressed', choice: 3 });
    expect(table.answer).toMatchObject({ status: 'accepted' });
  });
});

describe('a message of the day', () => {
  it('is shown on its days at its time to a citizen at home, and goes by itself', () => {
    const rig = new Rig({
      rolls: ROLL,
      config: { messages: [{ id: 'drink', at: '14:30', days: ['fri'], text: 'Husk at drikke vand.' }] },
    });
    rig.until('2026-11-20T14:30:01+01:00');
    expect(rig.view).toMatchObject({ message: 'message', params: { text: 'Husk at drikke vand.' }, choices: ['OK'] });
    rig.pass(2 * HOUR);
    expect(rig.view?.message).not.toBe('message');
    rig.until('2026-11-21T14:31+01:00');
    expect(rig.view?.message).not.toBe('message');
  });
});

describe('a restart that the centre asks for', () => {
  it('is done when the unit has started again', () => {
    const table = new Table();
    const asked = table.ask({ type: 'restart', id: 1 });
    expect(table.answer).toMatchObject({ status: 'accepted' });
    expect(table.rig.restarts).toHaveLength(1);
    table.rig.cutPower();
    table.rig.boot();
    new Desk(table.rig).send('command', sealed(asked));
    expect(table.answer).toMatchObject({ status: 'done', id: 1 });
    expect(table.rig.restarts).toHaveLength(1);
  });

  it('is refused while a dose is out', () => {
    const table = new Table();
    table.rig.until('2026-11-20T08:00+01:00');
    table.rig.press();
    table.ask({ type: 'restart', id: 1 });
    expect(table.answer).toMatchObject({ status: 'refused', errors: [{ code: 'dose-open' }] });
    expect(table.rig.restarts).toEqual([]);
  });
});

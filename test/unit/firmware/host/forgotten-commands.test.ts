import { describe, expect, it } from 'vitest';
import { COMMANDS_KEPT_MAX } from '../../../../firmware/ledger/orders.ts';
import { command, Desk, sealed } from '../centre-desk.ts';
import { labels, Rig } from '../rig.ts';

/** A unit that has obeyed so many commands since a take-out that it no longer keeps what became of that. */
function longAfterATakeOut() {
  const rig = new Rig({ rolls: { A: labels('2026-11-20', 7) } });
  const desk = new Desk(rig);
  const takeOut = sealed(command(rig, { type: 'openTakeOut', id: 10, doses: 1 }));
  desk.send('command', takeOut);
  rig.pass(10_000);
  rig.take();
  for (let id = 11; id <= 10 + COMMANDS_KEPT_MAX; id += 1)
    desk.send('command', sealed(command(rig, { type: 'silence', id, minutes: 5 })));
  return { rig, desk, takeOut };
}

describe('a command whose answer is kept no longer', () => {
  it('is not carried out again, whatever old orders come between', () => {
    const { rig, desk, takeOut } = longAfterATakeOut();
    const ofAnotherLedger = command(rig, { type: 'pause', id: 3 }, { expected: { epoch: 6, presence: 'home' } });
    for (const old of [takeOut, sealed(ofAnotherLedger), takeOut, sealed(ofAnotherLedger), takeOut]) {
      desk.send('command', old);
      rig.pass(10_000);
      expect(desk.answers.at(-1)).toMatchObject({ status: 'refused', errors: [{ path: 'id', code: 'replayed' }] });
    }
    expect(rig.given).toHaveLength(1);
  });

  it('leaves nothing on record but the first few times in an hour', () => {
    const { rig, desk } = longAfterATakeOut();
    const before = rig.events.length;
    for (let id = 1; id <= 9; id += 1)
      for (let time = 0; time < 20; time += 1)
        desk.send('command', sealed(command(rig, { type: 'pause', id }, { expected: { epoch: 6, presence: 'home' } })));
    expect(rig.events.length - before).toBeLessThan(20);
  });
});

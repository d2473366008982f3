import { afterEach, describe, expect, it } from 'vitest';
import { BoardRig } from './board-rig.ts';

let rig: BoardRig;
afterEach(() => rig.end());

describe('a movement that is stopped before it is answered', () => {
  it.each<[string, () => void]>([
    [
      'while it was asked of a board that is away',
      () => {
        rig.serial.unplug();
        rig.board.mechanism.release({ intent: 1, roll: 'A' });
        rig.board.mechanism.stop();
        rig.serial.plug();
      },
    ],
    [
      'after its cable broke it off',
      () => {
        rig.board.mechanism.release({ intent: 1, roll: 'A' });
        rig.ms(600);
        rig.serial.unplug();
        rig.board.mechanism.stop();
        rig.serial.plug();
      },
    ],
    [
      'while its evidence is read',
      () => {
        rig.board.mechanism.release({ intent: 1, roll: 'A' });
        rig.until(() => !rig.board.isMoving);
        rig.board.mechanism.stop();
      },
    ],
  ])('%s is never answered, and the next one is by its own number', (_, stopped) => {
    rig = new BoardRig();
    stopped();
    rig.until(() => rig.board.isReady);
    rig.ms(1_000);
    rig.board.mechanism.inspect();
    rig.until(() => rig.told.some(({ type }) => type === 'mechanism.inspected'));
    expect(rig.told.filter((event) => 'intent' in event)).toEqual([]);
    rig.parts.cup.splice(0);
    rig.mechanics.look();
    rig.board.mechanism.retract({ intent: 2, roll: 'A' });
    expect(rig.answer()).toMatchObject({ intent: 2 });
  });
});

import { expect, it } from 'vitest';
import { isBlocked, LOCKING } from '../../../../firmware/domain/lockout.ts';
import { applyChange } from '../../../../firmware/domain/memory.ts';
import { alarmCodes } from '../../../../protocol/messages/alarm.ts';
import { labels, Rig } from '../rig.ts';

const memory = () => new Rig({ rolls: { A: labels('2026-11-20', 7) } }).host.state.memory ?? expect.fail('locked down');
const alarmed = (code: (typeof alarmCodes)[number]) =>
  applyChange(memory(), { set: 'alarm', alarm: { code, dose: null, raisedMs: 0 } });

it('a unit without an alarm is not blocked', () => {
  expect(isBlocked(memory())).toBe(false);
});

it.each(LOCKING)('%s keeps the mechanism still', (code) => {
  expect(isBlocked(alarmed(code))).toBe(true);
});

it.each(alarmCodes.filter((code) => !LOCKING.includes(code)))(
  '%s does not, while nothing else is the matter',
  (code) => {
    expect(isBlocked(alarmed(code))).toBe(false);
  },
);

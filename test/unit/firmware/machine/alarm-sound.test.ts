import { describe, expect, it } from 'vitest';
import { bootHost } from '../../../../firmware/host/host.ts';
import { HOUR, labels, MINUTE, Rig, SECOND } from '../rig.ts';

/** A unit at rest from a minute after an instant on, with two weeks of sachets. */
function unitAt(at: string): Rig {
  const rig = new Rig({ at, rolls: { A: labels('2026-11-20', 14) } });
  rig.pass(MINUTE);
  return rig;
}

/** When each round of sound begins within a while, in minutes from now; every round is two minutes long. */
function roundsWithin(rig: Rig, ms: number): number[] {
  const from = rig.wallMs;
  const rounds: number[] = [];
  let heard = 0;
  let began = 0;
  const look = () => {
    const level = rig.view?.sound ?? 0;
    if (heard === 0 && level > 0) {
      began = rig.wallMs;
      rounds.push((began - from) / MINUTE);
    }
    if (heard > 0 && level === 0) expect(Math.ceil((rig.wallMs - began) / MINUTE)).toBe(2);
    heard = level;
  };
  look();
  rig.afterEvent = look;
  rig.pass(ms);
  rig.afterEvent = () => {};
  return rounds;
}

const force = (rig: Rig): void => {
  rig.sense({ type: 'door.opened', withKey: false });
  rig.pass(SECOND);
};

describe('an alarm in the room', () => {
  it('of high priority is red and loud, and its number is shown', () => {
    const rig = unitAt('2026-11-20T06:00+01:00');
    force(rig);
    expect(rig.view).toMatchObject({ message: 'fault', lamp: 'alarm', sound: 3, soundPaused: false });
    expect(rig.view?.params.code).toBe('15');
  });

  it('of low priority is yellow and soft, and louder once its priority grows', () => {
    const rig = unitAt('2026-11-20T10:00+01:00');
    rig.setPower({ source: 'battery', batteryPercent: 80 });
    expect(rig.view).toMatchObject({ message: 'on-battery', lamp: 'warn', sound: 1, params: { code: '11' } });
    rig.pass(5 * MINUTE);
    expect(rig.view).toMatchObject({ sound: 0, soundPaused: false });
    rig.setPower({ source: 'battery', batteryPercent: 25 });
    expect(rig.view).toMatchObject({ message: 'on-battery', lamp: 'warn', sound: 2, params: { code: '9' } });
    rig.setPower({ source: 'battery', batteryPercent: 5 });
    expect(rig.view).toMatchObject({ message: 'battery-critical', lamp: 'alarm', sound: 3 });
    rig.setPower({ source: 'mains', batteryPercent: 6 });
    expect(rig.view).toMatchObject({ lamp: 'ready', sound: 0, soundPaused: false });
  });

  it('sounds in rounds with pauses that double, not by night, and anew each morning', () => {
    const rig = unitAt('2026-11-20T06:59+01:00');
    force(rig);
    const hours = roundsWithin(rig, 47 * HOUR).map((minute) => Math.round(minute / 15) / 4);
    expect(hours).toEqual([0, 0.25, 0.75, 1.75, 3.75, 7.75, 11.75, 24, 27.75, 31.75, 35.75]);
  });

  it('wakes a sleeper once when it is new, and lets the rest of the night be', () => {
    const rig = unitAt('2026-11-20T01:00+01:00');
    force(rig);
    expect(rig.view?.sound).toBe(3);
    expect(roundsWithin(rig, 5.9 * HOUR)).toEqual([0]);
    expect(rig.view).toMatchObject({ lamp: 'alarm', sound: 0, soundPaused: false });
    rig.until('2026-11-20T07:01+01:00');
    expect(rig.view?.sound).toBe(3);
  });

  it('wakes nobody for what is not urgent', () => {
    const rig = unitAt('2026-11-20T23:00+01:00');
    rig.setPower({ source: 'battery', batteryPercent: 80 });
    expect(rig.view).toMatchObject({ message: 'on-battery', sound: 0, soundPaused: false });
    rig.until('2026-11-21T07:01+01:00');
    expect(rig.view).toMatchObject({ message: 'on-battery', sound: 1 });
  });

  it('does not follow the reminder: a miss is said, and the centre calls', () => {
    const rig = unitAt('2026-11-20T06:00+01:00');
    rig.until('2026-11-20T09:30+01:00');
    expect(rig.view).toMatchObject({ message: 'missed', lamp: 'warn', sound: 0, soundPaused: false });
  });

  it('is silent while somebody with the key is at work, until the door is forgotten', () => {
    const rig = unitAt('2026-11-20T06:00+01:00');
    rig.sense({ type: 'door.opened', withKey: true });
    expect(rig.view).toMatchObject({ message: 'open', lamp: 'warn', sound: 0, soundPaused: false });
    rig.until('2026-11-20T09:00+01:00');
    expect(rig.recorded('alarm.raised')).toContainEqual({ type: 'alarm.raised', code: 'door-left-open' });
    expect(rig.view).toMatchObject({ message: 'open', lamp: 'warn', soundPaused: false });
  });
});

describe('quiet that the citizen asks for', () => {
  it('pauses an alarm for a quarter of an hour, and the display says so', () => {
    const rig = unitAt('2026-11-20T10:00+01:00');
    force(rig);
    rig.sense({ type: 'quiet.requested' });
    expect(rig.view).toMatchObject({ message: 'fault', lamp: 'alarm', sound: 0, soundPaused: true });
    expect(roundsWithin(rig, 59 * MINUTE)).toEqual([15, 30]);
  });

  it('does so also where the reminder may not be silenced', () => {
    const rig = new Rig({
      at: '2026-11-20T07:59+01:00',
      config: { quietMinutes: 0 },
      rolls: { A: labels('2026-11-20', 2) },
    });
    rig.pass(2 * MINUTE);
    expect(rig.view).toMatchObject({ message: 'dose-call', sound: 1 });
    rig.sense({ type: 'quiet.requested' });
    expect(rig.view).toMatchObject({ message: 'dose-call', sound: 1, soundPaused: false });
    force(rig);
    rig.sense({ type: 'quiet.requested' });
    expect(rig.view).toMatchObject({ message: 'fault', sound: 0, soundPaused: true });
  });

  it('lets a new alarm of the same urgency be heard at once, but not one that comes back', () => {
    const rig = unitAt('2026-11-20T10:00+01:00');
    rig.setPower({ source: 'battery', batteryPercent: 5 });
    rig.sense({ type: 'quiet.requested' });
    rig.setPower({ source: 'battery', batteryPercent: 50 });
    rig.setPower({ source: 'battery', batteryPercent: 5 });
    expect(rig.view).toMatchObject({ message: 'battery-critical', sound: 0, soundPaused: true });
    force(rig);
    expect(rig.view).toMatchObject({ message: 'fault', sound: 3, soundPaused: false });
  });

  it('ends with its cause: a door that is forced once more is heard', () => {
    const rig = unitAt('2026-11-20T10:00+01:00');
    force(rig);
    rig.sense({ type: 'quiet.requested' });
    expect(rig.view).toMatchObject({ message: 'fault', sound: 0, soundPaused: true });
    rig.sense({ type: 'door.closed' });
    rig.ask({ type: 'fault.repaired' });
    rig.pass(MINUTE);
    force(rig);
    expect(rig.view).toMatchObject({ message: 'fault', sound: 3, soundPaused: false });
  });

  it('never reaches the next reminder, where the citizen may not silence that', () => {
    const rig = new Rig({
      at: '2026-11-20T07:55+01:00',
      config: { quietMinutes: 0 },
      rolls: { A: labels('2026-11-20', 2) },
    });
    rig.setPower({ source: 'battery', batteryPercent: 5 });
    rig.sense({ type: 'quiet.requested' });
    rig.setPower({ source: 'mains', batteryPercent: 6 });
    rig.until('2026-11-20T08:01+01:00');
    expect(rig.view).toMatchObject({ message: 'dose-call', sound: 1, soundPaused: false });
  });

  it('is shown as such on a reminder that rests by permission', () => {
    const rig = unitAt('2026-11-20T07:59+01:00');
    rig.pass(2 * MINUTE);
    rig.sense({ type: 'quiet.requested' });
    expect(rig.view).toMatchObject({ message: 'dose-call', lamp: 'call', sound: 0, soundPaused: true });
  });
});

describe('a unit that is locked down', () => {
  it('is heard in the same rounds, and can be hushed', () => {
    const rig = new Rig({ at: '2026-11-20T10:00+01:00', unprovisioned: true });
    expect(rig.host.state.phase).toBe('lockedDown');
    expect(rig.view).toMatchObject({ lamp: 'alarm', sound: 3, soundPaused: false });
    rig.pass(MINUTE);
    rig.sense({ type: 'quiet.requested' });
    expect(rig.view).toMatchObject({ lamp: 'alarm', sound: 0, soundPaused: true });
    expect(roundsWithin(rig, 50 * MINUTE)).toEqual([15, 30]);
  });

  it('makes no sound while it is nobody’s', () => {
    const rig = new Rig({ unprovisioned: true });
    expect(rig.view).toMatchObject({ message: 'not-provisioned', lamp: 'alarm', sound: 3 });
    bootHost({ device: '', firmware: '0.1.0', serviceNumber: '', ports: rig.ports });
    expect(rig.view).toMatchObject({ message: 'not-provisioned', lamp: 'alarm', sound: 0, soundPaused: false });
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { decodeState } from '../../../../protocol/messages/state.ts';
import { MINUTE, Rig, SECOND } from '../rig.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig({ unprovisioned: true });
});

const told = () => rig.published.map(({ payload }) => decodeState(payload));
const attempts = () => rig.calls.filter((call) => call === 'mqtt.connect').length;

describe('a locked-down unit', () => {
  it('tells the centre its fault as soon as there is a line', () => {
    rig.pass(5 * MINUTE);
    expect(told()).toEqual([]);
    rig.online = true;
    rig.pass(MINUTE + SECOND);
    expect(told()[0]).toEqual({
      online: 'lockedDown',
      session: expect.any(Number),
      firmware: '0.1.0',
      fault: 'storage-fault',
      cause: 'not-provisioned',
    });
  });

  it('says so again every eight seconds, in the same session', () => {
    rig.online = true;
    rig.pass(MINUTE + SECOND);
    rig.published.length = 0;
    rig.pass(2 * MINUTE);
    expect(told()).toHaveLength(15);
    expect(new Set(told().map(({ session }) => session)).size).toBe(1);
    expect(attempts()).toBe(2);
  });

  it('keeps its pace on a clock that wakes sooner than it was asked to', () => {
    rig.online = true;
    rig.wakeMsMax = SECOND;
    rig.pass(10 * MINUTE);
    expect(rig.published.length).toBeLessThanOrEqual(75);
    expect(rig.published.length).toBeGreaterThanOrEqual(66);
  });

  it('gives its watchdog a sign of life three times a minute, though nobody answers', () => {
    let kicks = 0;
    rig.ports.watchdog.kick = () => {
      kicks += 1;
    };
    for (let minute = 0; minute < 5; minute += 1) {
      kicks = 0;
      rig.pass(MINUTE);
      expect(kicks).toBeGreaterThanOrEqual(3);
    }
  });

  it('tries to reach the centre once a minute', () => {
    rig.calls.length = 0;
    rig.pass(10 * MINUTE);
    expect(attempts()).toBe(10);
  });

  it('publishes nothing more on a connection that is gone, and comes back', () => {
    rig.online = true;
    rig.pass(MINUTE + SECOND);
    rig.online = false;
    rig.hear({ type: 'mqtt.disconnected', reason: 'gone' });
    rig.published.length = 0;
    rig.pass(5 * MINUTE);
    expect(told()).toEqual([]);
    rig.online = true;
    rig.pass(MINUTE + SECOND);
    expect(told().length).toBeGreaterThan(0);
  });

  it('leaves a broker that takes nothing', () => {
    const { mqtt } = rig.ports;
    rig.online = true;
    mqtt.publish = (_id, message) => void rig.published.push(message);
    rig.pass(MINUTE + SECOND);
    rig.published.length = 0;
    rig.pass(5 * MINUTE);
    expect(rig.published).toHaveLength(5);
  });

  it('is silent once it is stopped', () => {
    rig.online = true;
    rig.pass(MINUTE + SECOND);
    rig.host.stop();
    rig.published.length = 0;
    rig.pass(5 * MINUTE);
    expect(told()).toEqual([]);
  });
});

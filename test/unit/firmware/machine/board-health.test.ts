import { describe, expect, it } from 'vitest';
import { labels, Rig } from '../rig.ts';

const unit = (): Rig => new Rig({ rolls: { A: labels('2026-11-20', 10) } });
const alarms = (rig: Rig): string[] => rig.recorded('alarm').map(({ type, code }) => `${type} ${code}`);

describe('what the board finds wrong with itself', () => {
  it('is an alarm for as long as it is found, and keeps no medicine back', () => {
    const rig = unit();
    rig.sense({ type: 'health.changed', findings: ['overheated', 'storage-wearing'] });
    expect(alarms(rig)).toEqual(['alarm.raised storage-wearing', 'alarm.raised overheated']);
    expect(rig.view).toMatchObject({ lamp: 'ready', sound: 0, soundPaused: false });
    rig.until('2026-11-20T08:00+01:00');
    rig.press();
    expect(rig.cup).toHaveLength(1);
    rig.sense({ type: 'health.changed', findings: ['storage-wearing'] });
    rig.sense({ type: 'health.changed', findings: ['storage-wearing'] });
    expect(alarms(rig).slice(2)).toEqual(['alarm.cleared overheated']);
  });

  it('outlasts a restart, and is over when the board says so after it', () => {
    const rig = unit();
    rig.sense({ type: 'health.changed', findings: ['battery-worn'] });
    rig.cutPower();
    rig.boot();
    expect(rig.host.state.memory?.alarms.has('battery-worn')).toBe(true);
    rig.sense({ type: 'health.changed', findings: [] });
    expect(alarms(rig)).toEqual(['alarm.raised battery-worn', 'alarm.cleared battery-worn']);
  });

  it('locks the unit at once where nothing can be written any more, not at the next dose', () => {
    const rig = unit();
    rig.store.failure = 'io';
    rig.sense({ type: 'health.changed', findings: ['storage-fault'] });
    expect(rig.host.state).toMatchObject({ phase: 'lockedDown', cause: { fault: 'storage' } });
  });
});

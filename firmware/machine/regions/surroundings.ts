import { chart } from '../chart.ts';

/** Whether the wall clock may be believed. While it may not, no window opens or closes and nothing is released. */
export const time = chart.createStateConfig({
  description: 'Whether the wall clock may be believed.',
  initial: 'trusted',
  states: {
    trusted: {
      description: 'The schedule runs by the clock.',
      always: [
        { guard: 'timeSuspect', target: 'suspect', actions: 'doubtTime' },
        // The clock was put right while the unit was off.
        { guard: 'timeAlarmIsStale', actions: 'trustTime' },
      ],
    },
    suspect: {
      description: 'The clock stepped, went back or lost its power: nothing is released until it is set.',
      always: { guard: 'timeTrusted', target: 'trusted', actions: 'trustTime' },
    },
  },
});

export const power = chart.createStateConfig({
  description: 'Where the current comes from.',
  initial: 'mains',
  states: {
    mains: {
      description: 'On the mains.',
      always: [
        { guard: 'onBattery', target: 'battery', actions: 'loseMains' },
        { guard: 'batteryCritical', target: 'critical', actions: ['loseMains', 'warnOfBattery'] },
        // The mains came back while the unit was off.
        { guard: 'powerAlarmIsStale', actions: 'regainMains' },
      ],
    },
    battery: {
      description: 'On battery: works as ever, and says so.',
      always: [
        { guard: 'onMains', target: 'mains', actions: 'regainMains' },
        { guard: 'batteryCritical', target: 'critical', actions: 'warnOfBattery' },
      ],
    },
    critical: {
      description: 'The battery might give out half-way through a movement: nothing moves.',
      always: [
        { guard: 'onMains', target: 'mains', actions: 'regainMains' },
        { guard: 'onBattery', target: 'battery', actions: 'batteryRecovers' },
      ],
    },
  },
  on: { 'power.changed': { actions: 'notePower' } },
});

export const link = chart.createStateConfig({
  description: 'The line to the service centre.',
  initial: 'offline',
  states: {
    offline: {
      description: 'No line: everything is kept and nothing waits for it.',
      on: { 'link.up': 'draining' },
    },
    draining: {
      description: 'Sending what the centre has not stored yet, alarms first.',
      on: { 'link.down': 'offline' },
      always: { guard: 'allAcknowledged', target: 'current' },
    },
    current: {
      description: 'The centre has stored everything.',
      on: { 'link.down': 'offline' },
      always: { guard: 'someUnacknowledged', target: 'draining' },
    },
  },
  on: { 'link.acknowledged': { actions: 'advanceAck' } },
});

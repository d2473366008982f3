import type { Sachet } from '../../firmware/domain/stock.ts';
import { HOUR_MS, MINUTE_MS } from '../../firmware/domain/civil-time.ts';
import { ALL_RUNGS, MONDAY, TUESDAY, type World, worldOf } from './world.ts';

const LABELLED: readonly Sachet[] = [
  { slot: 'morning', date: MONDAY },
  { slot: 'morning', date: TUESDAY },
];
const PLAIN: readonly Sachet[] = ['unlabelled', 'unlabelled'];
const EVENING = { id: 'noon', at: '10:00' };

export const WORLDS: readonly World[] = [
  worldOf({
    name: 'faults of the mechanism, two labelled doses',
    profile: 'dual-roll',
    slots: [{}],
    rolls: { A: LABELLED },
    may: ['press', 'cup', 'stages', 'repair', 'settle'],
    mishaps: ['stall', 'jam', 'lostAnswer', 'slow', 'powerCut'],
    mishapsMax: 2,
    until: `${TUESDAY}T10:00`,
  }),
  worldOf({
    name: 'unlabelled, the cup is not drawn back',
    profile: 'roll',
    slots: [{}],
    rolls: { A: PLAIN },
    may: ['press', 'cup', 'repair', 'settle', 'stages'],
    mishaps: ['stall', 'jam', 'doubleFeed', 'powerCut', 'processKill', 'outage', 'slow', 'lateAnswer', 'spuriousCup'],
    mishapsMax: 2,
    until: `${TUESDAY}T10:00`,
  }),
  worldOf({
    name: 'two sachets of one dose',
    profile: 'dual-roll',
    slots: [{ sachets: 2 }],
    rolls: { A: ['unlabelled', 'unlabelled', 'unlabelled'] },
    may: ['press', 'cup', 'repair', 'settle'],
    mishaps: ['stall', 'jam', 'doubleFeed', 'powerCut', 'blurredEvidence', 'slow', 'lateAnswer', 'doubt'],
    mishapsMax: 2,
    until: `${TUESDAY}T07:00`,
  }),
  worldOf({
    name: 'service at the door',
    profile: 'roll',
    slots: [{}],
    rolls: { A: LABELLED },
    may: ['press', 'cup', 'door', 'load', 'bin', 'repair', 'settle'],
    mishaps: ['force', 'jam', 'handCut', 'wrongRoll', 'powerCut'],
    mishapsMax: 1,
    tweaks: { binSachetsMax: 1, retracts: true },
    until: `${TUESDAY}T10:00`,
  }),
  worldOf({
    name: 'take-out and absence',
    profile: 'dual-roll',
    slots: [{}],
    rolls: { A: LABELLED.slice(0, 1), B: LABELLED.slice(1) },
    may: ['press', 'cup', 'takeOut', 'absence', 'pause'],
    mishaps: ['stall', 'powerCut', 'jam'],
    mishapsMax: 1,
    until: `${TUESDAY}T10:00`,
  }),
  worldOf({
    name: 'reminder',
    profile: 'roll',
    slots: [{ beforeMs: 10 * MINUTE_MS }],
    rolls: { A: PLAIN },
    may: ['press', 'cup', 'quiet', 'power'],
    mishaps: ['overslept', 'setBack', 'setForward', 'doubt', 'outage'],
    mishapsMax: 2,
    settings: { ladder: { ...ALL_RUNGS, repeatMs: 5 * MINUTE_MS } },
    until: `${MONDAY}T10:00`,
  }),
  worldOf({
    name: 'least interval between two doses',
    profile: 'roll',
    slots: [{}, EVENING],
    rolls: { A: PLAIN },
    may: ['press', 'cup', 'takeOut'],
    mishaps: ['overslept', 'setBack', 'setForward', 'doubt', 'outage', 'stall'],
    mishapsMax: 2,
    minIntervalMs: 2 * HOUR_MS,
    until: `${MONDAY}T12:00`,
  }),
  worldOf({
    name: 'surroundings',
    profile: 'roll',
    slots: [{}],
    rolls: { A: PLAIN.slice(0, 1) },
    may: ['press', 'cup', 'power', 'link'],
    mishaps: ['doubt'],
    until: `${MONDAY}T10:00`,
  }),
];

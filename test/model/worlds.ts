import { HOUR_MS, MINUTE_MS } from '../../firmware/domain/civil-time.ts';
import type { Sachet } from '../../firmware/domain/stock.ts';
import { ALL_RUNGS, MONDAY, TUESDAY, type World, worldOf } from './world.ts';

const LABELLED: readonly Sachet[] = [
  { slot: 'morning', date: MONDAY },
  { slot: 'morning', date: TUESDAY },
];
const PLAIN: readonly Sachet[] = ['unlabelled', 'unlabelled'];
const MORNING = {};
const NOON = { id: 'noon', at: '10:00' };

/** The second dose opens at the horizon, so that what the first left behind meets it. */
const SECOND_DOSE = `${TUESDAY}T08:30`;

/**
 * Small worlds, each about one thing. Together they walk every edge; a single large world would not end. Mishaps
 * spread over them so that each pair that makes trouble together meets somewhere.
 */
export const WORLDS: readonly World[] = [
  worldOf({
    name: 'a mechanism that fails at every stage',
    profile: 'dual-roll',
    slots: [MORNING],
    rolls: { A: LABELLED },
    may: ['press', 'cup', 'stages', 'repair', 'settle', 'outOfPlace'],
    mishaps: ['stall', 'jam', 'lostAnswer', 'slow', 'lateAnswer', 'powerCut', 'processKill'],
    mishapsMax: 2,
    until: SECOND_DOSE,
  }),
  worldOf({
    name: 'unlabelled sachets that nothing draws back',
    profile: 'roll',
    slots: [MORNING],
    rolls: { A: PLAIN },
    may: ['press', 'cup', 'repair', 'settle'],
    mishaps: ['stall', 'jam', 'doubleFeed', 'blindCounter', 'blurredCounters', 'powerCut', 'outage', 'slow'],
    mishapsMax: 2,
    until: SECOND_DOSE,
  }),
  worldOf({
    name: 'a counter that misses a sachet, and a quick hand',
    profile: 'dual-roll',
    slots: [MORNING],
    rolls: { A: LABELLED },
    may: ['press', 'cup', 'stages', 'repair', 'settle'],
    mishaps: ['blindCounter'],
    until: SECOND_DOSE,
  }),
  worldOf({
    name: 'a dose of two sachets',
    profile: 'dual-roll',
    slots: [{ sachets: 2 }],
    rolls: { A: [...PLAIN, 'unlabelled'] },
    may: ['press', 'cup', 'repair', 'settle', 'stages'],
    mishaps: ['stall', 'jam', 'doubleFeed', 'powerCut', 'blurredCounters', 'blurredCup', 'slow', 'doubt'],
    until: SECOND_DOSE,
  }),
  worldOf({
    name: 'service at the door',
    profile: 'dual-roll',
    slots: [MORNING],
    rolls: { A: LABELLED },
    may: ['press', 'cup', 'door', 'load', 'bin', 'repair', 'settle', 'outOfPlace'],
    mishaps: ['force', 'jam', 'handCut', 'wrongRoll', 'powerCut'],
    tweaks: { binSachetsMax: 1 },
    until: SECOND_DOSE,
  }),
  worldOf({
    name: 'a door opened over a mechanism that is silent',
    profile: 'roll',
    slots: [MORNING],
    rolls: { A: LABELLED },
    may: ['press', 'cup', 'door', 'load', 'repair', 'settle'],
    mishaps: ['lostAnswer', 'slow'],
    mishapsMax: 2,
    until: `${MONDAY}T09:00`,
  }),
  worldOf({
    name: 'doubt and faults among people',
    profile: 'roll',
    slots: [MORNING],
    rolls: { A: PLAIN.slice(0, 1) },
    may: ['press', 'cup', 'door', 'force', 'repair', 'settle', 'repeatedSettling', 'doorBounce'],
    mishaps: ['jam'],
    until: `${MONDAY}T09:00`,
  }),
  worldOf({
    name: 'a take-out',
    profile: 'dual-roll',
    slots: [MORNING],
    rolls: { A: LABELLED.slice(0, 1), B: LABELLED.slice(1) },
    may: ['press', 'cup', 'takeOut', 'door', 'outOfPlace'],
    mishaps: ['stall', 'powerCut', 'force', 'spuriousCup', 'doorBounce'],
    until: `${MONDAY}T09:00`,
  }),
  worldOf({
    name: 'nobody is at home',
    profile: 'roll',
    slots: [MORNING],
    rolls: { A: PLAIN },
    may: ['press', 'cup', 'absence', 'pause', 'takeOut'],
    mishaps: ['powerCut', 'outage', 'overslept'],
    until: `${TUESDAY}T09:00`,
  }),
  worldOf({
    name: 'a reminder with every rung',
    profile: 'roll',
    slots: [{ beforeMs: 10 * MINUTE_MS }],
    rolls: { A: PLAIN },
    may: ['press', 'cup', 'quiet', 'silence'],
    mishaps: ['overslept', 'setBack', 'setForward', 'doubt', 'outage'],
    mishapsMax: 2,
    settings: { ladder: { ...ALL_RUNGS, repeatMs: 5 * MINUTE_MS } },
    until: `${MONDAY}T10:00`,
  }),
  worldOf({
    name: 'two doses that must keep their distance',
    profile: 'roll',
    slots: [MORNING, NOON],
    rolls: { A: PLAIN },
    may: ['press', 'cup', 'takeOut', 'repair', 'settle'],
    mishaps: ['overslept', 'setBack', 'jam', 'blurredCounters'],
    settings: { ladder: { ...ALL_RUNGS, firmAfterMs: 20 * MINUTE_MS, lastCallMs: 0 } },
    minIntervalMs: 2 * HOUR_MS,
    until: `${MONDAY}T11:00`,
  }),
  worldOf({
    name: 'supply, clock and line',
    profile: 'dual-roll',
    slots: [MORNING],
    rolls: { A: LABELLED.slice(0, 1) },
    may: ['press', 'cup', 'power', 'link'],
    mishaps: ['doubt'],
    until: `${MONDAY}T10:00`,
  }),
  worldOf({
    name: 'a plan that moves the dose',
    profile: 'dual-roll',
    slots: [MORNING],
    plans: [{ slots: [{ at: '08:20' }] }],
    rolls: { A: LABELLED.slice(0, 1) },
    may: ['press', 'cup', 'plan'],
    mishaps: ['powerCut', 'doubt', 'stall'],
    until: `${MONDAY}T09:10`,
  }),
  worldOf({
    name: 'a plan for other medicine',
    profile: 'roll',
    slots: [MORNING],
    plans: [{ slots: [MORNING], prescription: 1 }],
    rolls: { A: LABELLED.slice(0, 1) },
    may: ['press', 'cup', 'plan', 'door', 'load', 'repair'],
    mishaps: ['wrongRoll', 'powerCut'],
    until: `${MONDAY}T08:50`,
  }),
  worldOf({
    name: 'another plan in the middle of a take-out',
    profile: 'roll',
    slots: [MORNING, NOON],
    plans: [{ slots: [NOON] }],
    rolls: { A: PLAIN },
    may: ['press', 'cup', 'plan', 'takeOut'],
    mishaps: ['powerCut'],
    until: `${MONDAY}T08:50`,
  }),
  worldOf({
    name: 'a window that stays open longer',
    profile: 'roll',
    slots: [MORNING],
    rolls: { A: PLAIN },
    may: ['press', 'cup', 'window'],
    mishaps: ['powerCut', 'setBack', 'setForward', 'overslept'],
    until: `${MONDAY}T09:20`,
  }),
];

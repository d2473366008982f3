import { chart } from '../chart.ts';

/** A movement under way: it ends by evidence, or by silence, and is never assumed. */
const moving = {
  entry: 'enterCustody',
  on: {
    // An answer to an earlier movement is old news, and its evidence stale.
    'mechanism.moved': { guard: 'answersIntent', target: 'deciding', actions: 'takeEvidence' },
    'mechanism.jammed': { guard: 'answersIntent', target: 'deciding', actions: 'takeEvidence' },
    'door.opened': [
      { guard: 'withKey', target: 'inspecting', actions: ['noteDoor', 'recordDoor', 'stopMotors'] },
      { target: 'inspecting', actions: ['noteDoor', 'raiseTamper', 'stopMotors'] },
    ],
  },
  always: { guard: 'moveOverdue', target: 'inspecting', actions: 'stopMotors' },
} as const;

/**
 * Who holds the medicine. The only region that may ask the mechanism to move, and only through an intent. Every
 * movement and every start of the unit passes through `inspecting` or its own evidence into `deciding`, so that
 * recovery after a power cut is the ordinary way, not a special one.
 */
export const custody = chart.createStateConfig({
  description: 'Who holds the medicine; the only region that may ask the mechanism to move.',
  initial: 'inspecting',
  states: {
    inspecting: {
      description: 'Asks the mechanism what physically happened; where every start and every doubt begins.',
      entry: ['enterCustody', 'inspect'],
      on: {
        'mechanism.inspected': { target: 'deciding', actions: 'takeEvidence' },
        'mechanism.moved': { guard: 'answersIntent', target: 'deciding', actions: 'takeEvidence' },
        'mechanism.jammed': { guard: 'answersIntent', target: 'deciding', actions: 'takeEvidence' },
        'fault.repaired': { actions: 'clearFaults' },
        'uncertainty.settled': { actions: 'settleUncertainty' },
        'selfTest.requested': { guard: 'asksMechanism', actions: 'beginSelfTest' },
        // It answers and goes away again: its patience is not for each time anew.
        'mechanism.lost': { actions: 'noteLoss' },
        // The answer comes first: who has the key must not change the rolls before it is known what came off them.
        'door.opened': { guard: 'withKey', actions: ['noteDoor', 'recordDoor'] },
      },
      always: { guard: 'moveOverdue', target: 'fault', actions: ['reportSilence', 'endSelfTest'] },
    },
    deciding: {
      description: 'Chooses from the ledger what comes next; passes at once.',
      entry: ['endSelfTest', 'watchHanging'],
      always: [
        { guard: 'serviceOpen', target: 'open' },
        // It was forced while the unit was off, or still stands open after somebody has said that all is well.
        { guard: 'forcedUntold', target: 'fault', actions: 'raiseTamper' },
        { guard: 'uncertain', target: 'uncertain' },
        // Before the fault itself: somebody must hear at once that half a dose lies in the cup.
        { guard: 'restIsStuck', target: 'uncertain', actions: 'losePart' },
        { guard: 'faulty', target: 'fault' },
        { guard: 'dosePresented', target: 'presented' },
        { guard: 'restComes', target: 'releasing', actions: 'intendRest' },
        { guard: 'leftoverCanGo', target: 'swallowing', actions: 'intendSwallow' },
        { guard: 'takeOutGoesOn', target: 'takeOut', actions: 'intendTakeOut' },
        { guard: 'takeOutUnderWay', target: 'locked', actions: 'endTakeOut' },
        { target: 'locked' },
      ],
    },
    locked: {
      description: 'Nothing moves and nothing can be reached; waits for a press.',
      entry: ['lockDoor', 'watchRolls'],
      on: {
        'button.pressed': [
          { guard: 'doseReleasable', target: 'releasing', actions: 'intendRelease' },
          { actions: 'refusePress' },
        ],
        'takeOut.requested': [
          { guard: 'takeOutAllowed', target: 'takeOut', actions: ['beginTakeOut', 'intendTakeOut'] },
          { actions: 'refuseTakeOut' },
        ],
        // Reading the sensors moves nothing, and whatever is wrong then shows itself before a dose is due.
        'selfTest.requested': [
          { guard: 'asksMechanism', target: 'inspecting', actions: 'beginSelfTest' },
          { actions: 'testAtOnce' },
        ],
        // Nothing ought to lie there: the counters tell whether a sachet fell late.
        'cup.emptied': { target: 'inspecting' },
        'mechanism.lost': { target: 'inspecting', actions: 'noteLoss' },
      },
      always: { guard: 'somethingToDo', target: 'deciding' },
    },
    releasing: {
      description: 'One sachet of the dose due is being cut and presented.',
      ...moving,
    },
    takeOut: {
      description: 'Travel: one sachet of a dose ahead is being cut and presented, as fast as the mechanism goes.',
      ...moving,
    },
    swallowing: {
      description: 'A sachet whose time is over is being dropped into the locked bin.',
      ...moving,
    },
    retracting: {
      description: 'What nobody took from the cup is being drawn back into the locked bin.',
      ...moving,
      // The light barrier cannot tell a hand from the flap; the bin's counter can, when the movement ends.
      on: { ...moving.on, 'cup.emptied': {} },
    },
    presented: {
      description: 'The dose lies in the cup, waiting to be picked up.',
      entry: 'enterCustody',
      on: {
        'cup.emptied': { target: 'deciding', actions: 'pickedUp' },
        'button.pressed': { actions: 'pointToCup' },
        // Nobody sees a hand in the cup meanwhile.
        'mechanism.lost': { target: 'inspecting', actions: 'noteLoss' },
      },
      always: [
        { guard: 'shownLongEnough', target: 'deciding', actions: 'giveUnseen' },
        { guard: 'canRetract', target: 'retracting', actions: 'intendRetract' },
        { guard: 'leftUnheeded', actions: 'tellOfUnheeded' },
      ],
    },
    open: {
      description: 'Authorised filling or service: the door stands open and nothing moves.',
      entry: ['unlockDoor', 'dropTakeOut', 'lookAtMovement'],
      on: {
        'door.closed': { target: 'inspecting', actions: ['noteDoor', 'recordDoor', 'lockDoor'] },
        'stock.loaded': { actions: 'loadRoll' },
        'mechanism.inspected': [
          { guard: 'movementOpen', actions: ['takeEvidence', 'endSelfTest'] },
          { actions: ['noteBaseline', 'judgeSensors', 'endSelfTest'] },
        ],
        'selfTest.requested': [
          { guard: 'asksMechanism', actions: ['beginSelfTest', 'inspect'] },
          { actions: 'testAtOnce' },
        ],
        'bin.emptied': { actions: 'emptyBin' },
        // What hung over a dead mechanism can be looked at now, and must be before a roll is taken in.
        'fault.repaired': { actions: ['clearFaults', 'lookAtMovement'] },
        'uncertainty.settled': { actions: 'settleUncertainty' },
        'cup.emptied': { actions: 'removedAtService' },
      },
      always: { guard: 'selfTestOverdue', actions: ['reportSilence', 'endSelfTest'] },
    },
    uncertain: {
      description: 'Nobody can say whether a dose came out: locked until a person finds out.',
      entry: ['lockDoor', 'dropTakeOut'],
      on: {
        'uncertainty.settled': { target: 'inspecting', actions: 'settleUncertainty' },
        'fault.repaired': { target: 'inspecting', actions: 'clearFaults' },
        'button.pressed': { actions: 'refusePress' },
      },
    },
    fault: {
      description: 'Something is broken, forced or contradictory: locked until a technician has repaired it.',
      entry: ['lockDoor', 'dropTakeOut'],
      on: {
        'fault.repaired': { target: 'inspecting', actions: 'clearFaults' },
        'uncertainty.settled': { actions: 'settleUncertainty' },
        'button.pressed': { actions: 'refusePress' },
      },
      always: [
        { guard: 'uncertain', target: 'uncertain' },
        { guard: 'faultIsOver', target: 'inspecting' },
      ],
    },
  },
  on: {
    'door.opened': [
      { guard: 'withKey', target: '.open', actions: ['noteDoor', 'recordDoor'] },
      { target: '.inspecting', actions: ['noteDoor', 'raiseTamper'] },
    ],
    'door.closed': { actions: ['noteDoor', 'recordDoor', 'lockDoor'] },
    'cup.emptied': { actions: 'pickedUp' },
    'takeOut.requested': { actions: 'refuseTakeOut' },
    'selfTest.requested': { actions: 'testAtOnce' },
    'stock.loaded': { actions: 'refuseService' },
    'bin.emptied': { actions: 'refuseService' },
  },
});

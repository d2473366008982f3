import { chart, firstContext } from './chart.ts';
import { custody } from './regions/custody.ts';
import { presence } from './regions/presence.ts';
import { reminder } from './regions/reminder.ts';
import { link, power, time } from './regions/surroundings.ts';
import { tag } from './regions/tag.ts';

/** What each event means, for people who read the chart. */
export const EVENT_MEANINGS = {
  'absence.ended': 'The citizen is back.',
  'absence.started': 'The citizen is away until an instant.',
  'bin.emptied': 'The locked bin was emptied by somebody with the key.',
  'button.pressed': 'The citizen pressed the one button.',
  'choice.pressed': 'The citizen chose an answer on the display.',
  'config.offered': 'Somebody whom the unit believes offers another plan.',
  'cup.emptied': 'The pickup sensor saw the cup emptied.',
  'door.closed': 'The service door was closed.',
  'door.opened': 'The service door was opened, with the key or by force.',
  'handover.asked': 'Another unit is to take the place of this one.',
  'handover.offered': 'The unit is to take the place of another.',
  'fault.repaired': 'A technician says the mechanism is right again.',
  'health.changed': 'The board tells what is wrong with it, if anything.',
  'link.acknowledged': 'The centre has stored every event up to a number.',
  'link.down': 'The line to the centre is lost.',
  'link.up': 'The line to the centre is there.',
  'log.ended': 'What was asked of the log is on its way, all of it.',
  'log.requested': 'The centre wants the end of the log.',
  'message.received': 'The centre has something to say to the citizen.',
  'mechanism.inspected': 'The sensors were read at rest.',
  'mechanism.jammed': 'A movement stopped before its end.',
  'mechanism.lost': 'The board of the mechanism does not answer any more.',
  'mechanism.moved': 'A movement came to its end.',
  'order.refused': 'A document or command was not to be believed, or not to be obeyed.',
  'pause.ended': 'The centre ends a pause.',
  'pause.started': 'The centre pauses the unit (hospital).',
  'placement.changed': 'The unit stands upright, or a roll hangs in its bay, as it did not before, or does so no more.',
  'power.changed': 'The supply or the battery changed.',
  'quiet.requested': 'The citizen asks for quiet.',
  'restart.requested': 'The unit is to begin anew.',
  'selfTest.requested': 'The unit is to look at its own parts.',
  'service.noted': 'Somebody has done something over the cable.',
  'silence.requested': 'The sound of the reminder is to rest.',
  'stock.loaded': 'A roll was fitted.',
  'tag.battery': 'The pocket tag tells what is left of its battery.',
  'tag.gone': 'The pocket tag has not been reached for a while.',
  'tag.near': 'The pocket tag is reached.',
  'tag.pressed': 'The citizen pressed the button of the pocket tag.',
  'takeOut.requested': 'Doses are wanted ahead, for a trip.',
  'uncertainty.settled': 'A person has found out what became of an uncertain dose.',
  'update.ended': 'The new firmware runs and has proved sound, or is given up.',
  'update.proceeded': 'The new firmware is here, or about to be tried.',
  'update.requested': 'The centre wants other firmware on the unit.',
  'window.extended': 'The window of one dose is to stay open longer, once.',
  tick: 'A deadline was reached.',
} as const;

const STEPS_MAX = 200;

/**
 * The dispensing machine. It decides and never acts: its actions only change the context, where the host finds what
 * to commit and then to do. Deadlines are data in the memory; time enters with each event's stamp.
 */
export const dispenser = chart.createMachine({
  id: 'dispenser',
  description: 'Reminds, releases one dose, presents, locks, swallows what is missed, and lets a citizen travel.',
  type: 'parallel',
  // Eventless steps one event may cause; a chart that goes in circles fails, and the host locks, instead of hanging.
  options: { maxIterations: STEPS_MAX },
  context: ({ input }) => firstContext(input),
  on: {
    tick: { actions: 'passTime' },
    'config.offered': [{ guard: 'planMayChange', actions: 'applyConfig' }, { actions: 'deferConfig' }],
    'order.refused': { actions: 'noteRefusal' },
    'service.noted': { actions: 'noteService' },
    'log.requested': { actions: 'sendLog' },
    'log.ended': { actions: 'endLog' },
    'window.extended': { actions: 'extendWindow' },
    'message.received': { actions: 'receiveMessage' },
    'choice.pressed': { actions: 'takeAnswer' },
    'handover.asked': [{ guard: 'nothingInDoubt', actions: 'handOver' }, { actions: 'refuseHandover' }],
    'handover.offered': { actions: 'takeOver' },
    'update.requested': { actions: 'beginUpdate' },
    'update.proceeded': { actions: 'proceedUpdate' },
    'update.ended': { actions: 'endUpdate' },
    'placement.changed': { actions: 'notePlacement' },
    'health.changed': { actions: 'noteHealth' },
    'restart.requested': [{ guard: 'nothingUnderWay', actions: 'restart' }, { actions: 'refuseRestart' }],
  },
  states: { custody, reminder, tag, presence, time, power, link },
});

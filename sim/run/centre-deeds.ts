import type { ConfigDocument } from '../../protocol/messages/config.ts';
import { readSpan } from '../scenarios/deeds.ts';
import type { World } from '../world/world.ts';

type Slot = ConfigDocument['regimen']['slots'][number];
type CentreDeed = (world: World, gaps: readonly string[]) => void;

/** A window as wide as a story has it when it says nothing. */
const BEFORE_MINUTES = 30;
const AFTER_MINUTES = 60;

/** What the service centre does in a story: signed configurations and commands, over the same road as real ones. */
export const centreDeeds = {
  'centre.pauses': ({ centre }) => centre.orders.ask({ type: 'pause' }),
  'centre.resumes': ({ centre }) => centre.orders.ask({ type: 'resume' }),
  'centre.medicine': ({ centre }) =>
    centre.orders.change(({ regimen, ...rest }) => ({
      ...rest,
      regimen: { ...regimen, prescription: (regimen.prescription ?? 0) + 1 },
    })),
  'centre.moves': (world, [id, at = '']) =>
    changeSlots(world, (slots) => slots.map((slot) => (slot.id === id ? { ...slot, at } : slot))),
  'centre.drops': (world, [id]) => changeSlots(world, (slots) => slots.filter((slot) => slot.id !== id)),
  'centre.adds': (world, [id = '', at = '']) =>
    changeSlots(world, (slots) => [...slots, { id, at, beforeMinutes: BEFORE_MINUTES, afterMinutes: AFTER_MINUTES }]),
  'centre.extends': (world, [slot = '', span = '']) => extendWindow(world, slot, minutesOf(span)),
  'centre.opensTakeOut': ({ centre }, [doses]) => centre.orders.ask({ type: 'openTakeOut', doses: Number(doses) }),
  'centre.silences': ({ centre }, [span = '']) => centre.orders.ask({ type: 'silence', minutes: minutesOf(span) }),
  'centre.asks': ({ centre }) =>
    centre.orders.ask({ type: 'message', text: 'Har du husket at drikke vand?', buttons: ['Ja', 'Nej'] }),
  'centre.restarts': ({ centre }) => centre.orders.ask({ type: 'restart' }),
} as const satisfies Readonly<Record<string, CentreDeed>>;

function changeSlots({ centre }: World, edit: (slots: readonly Slot[]) => readonly Slot[]): void {
  centre.orders.change(({ regimen, ...rest }) => ({ ...rest, regimen: { ...regimen, slots: edit(regimen.slots) } }));
}

/** The window of the slot's next dose that has not closed. */
function extendWindow({ centre, schedule, nowMs }: World, slot: string, minutes: number): void {
  const dose = schedule
    .between(nowMs - DAY_MS, nowMs + DAY_MS)
    .find((due) => due.slot === slot && due.closesMs > nowMs);
  if (dose === undefined) return;
  const { date, closesMs } = dose;
  centre.orders.ask({ type: 'extendWindow', slot, date, closesAt: Math.floor(closesMs / 1000), minutes });
}

const DAY_MS = 86_400_000;

function minutesOf(span: string): number {
  return Math.round((readSpan(span) ?? 0) / 60_000);
}

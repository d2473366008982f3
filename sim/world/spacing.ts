import type { SlotConfig } from '../../protocol/messages/config.ts';

/** How the slots of a day keep out of each other's way. */

/** The slots in the order of their times, their windows cut short where they would meet the next one's. */
export function apart(slots: readonly SlotConfig[]): SlotConfig[] {
  return slots.map((slot, index) => {
    const next = slots[(index + 1) % slots.length] as SlotConfig;
    return { ...slot, afterMinutes: Math.min(slot.afterMinutes, roomAfter(slot, next)) };
  });
}

/** How many minutes after its time a slot's window may stay open before the next one opens. */
export function roomAfter(slot: SlotConfig, next: SlotConfig): number {
  return minutesTo(next, slot) - next.beforeMinutes;
}

/** The fewest minutes between two slots, over midnight too. */
export function closest(slots: readonly SlotConfig[]): number {
  return Math.min(...slots.map((slot, index) => minutesTo(slots[(index + 1) % slots.length] as SlotConfig, slot)));
}

/** From one slot of a day to the next, which may be on the next day. */
function minutesTo(next: SlotConfig, slot: SlotConfig): number {
  return (minuteOf(next) - minuteOf(slot) + 1440) % 1440 || 1440;
}

export function minuteOf({ at }: SlotConfig): number {
  return Number(at.slice(0, 2)) * 60 + Number(at.slice(3));
}

export function clockTime(minuteOfDay: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
}

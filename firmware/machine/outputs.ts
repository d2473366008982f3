import type { RollId } from '../../hal/ports/mechanism.ts';
import type { PanelView } from '../../hal/ports/panel.ts';
import type { AlertLevel } from '../../hal/ports/tag.ts';
import type { DoseKey } from '../domain/dose.ts';
import type { WantedLog } from '../domain/orders.ts';

/** A movement or sign the firmware asks of a port, as plain data. Performed only after the commit. */
export type Effect =
  | { readonly type: 'mechanism.release'; readonly intent: number; readonly roll: RollId }
  | { readonly type: 'mechanism.swallow'; readonly intent: number; readonly roll: RollId }
  | { readonly type: 'mechanism.retract'; readonly intent: number; readonly roll: RollId }
  | { readonly type: 'mechanism.stop' }
  | { readonly type: 'mechanism.inspect' }
  | { readonly type: 'lock.set'; readonly locked: boolean }
  | { readonly type: 'speech.say'; readonly phrase: string; readonly params: Readonly<Record<string, string>> }
  /** Looks for the pocket tag from now on. */
  | { readonly type: 'tag.open' }
  | { readonly type: 'tag.alert'; readonly level: AlertLevel }
  | { readonly type: 'tag.close' }
  | { readonly type: 'panel.show'; readonly view: PanelView }
  | ({ readonly type: 'log.send'; readonly command: number } & WantedLog)
  | { readonly type: 'unit.restart'; readonly reason: string };

export type ReminderLevel = 'idle' | 'gentle' | 'firm' | 'urgent' | 'lastCall' | 'quiet';

/** Worth seeing, not worth keeping: shown in traces, never stored. */
export type Note =
  | { readonly type: 'dose.due'; readonly dose: DoseKey }
  | { readonly type: 'reminder.level'; readonly level: ReminderLevel; readonly dose?: DoseKey }
  | { readonly type: 'press.refused'; readonly reason: string }
  /** A filling or emptying that the unit could not take in, by the name of its event. */
  | { readonly type: 'service.refused'; readonly what: string };

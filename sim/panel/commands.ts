import * as v from 'valibot';
import { type Both, faultNames, type PanelCommand } from './frames.ts';

/** Highest values a command may carry; the unit's own limits are stricter and are its own business. */
export const commandLimits = { speedMax: 3600, dosesMax: 60, choicesMax: 3, hoursMax: 24 * 28 } as const;

const whole = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max));

const commandSchema: v.GenericSchema<unknown, PanelCommand> = v.variant('do', [
  v.strictObject({ do: v.picklist(['press', 'take', 'quiet', 'jump', 'home', 'refill', 'repair']) }),
  v.strictObject({ do: v.literal('choose'), choice: whole(commandLimits.choicesMax) }),
  v.strictObject({
    do: v.literal('speed'),
    factor: v.pipe(v.number(), v.minValue(1), v.maxValue(commandLimits.speedMax)),
  }),
  v.strictObject({ do: v.literal('pause'), on: v.boolean() }),
  v.strictObject({ do: v.literal('door'), open: v.boolean() }),
  v.strictObject({ do: v.literal('fault'), name: v.picklist(faultNames), on: v.boolean() }),
  v.strictObject({ do: v.literal('takeOut'), doses: whole(commandLimits.dosesMax) }),
  v.strictObject({ do: v.literal('away'), hours: whole(commandLimits.hoursMax) }),
  v.strictObject({ do: v.literal('settle'), fate: v.picklist(['taken', 'missed']) }),
]);

export type CommandReading =
  | { readonly ok: true; readonly command: PanelCommand }
  | { readonly ok: false; readonly refused: Both };

/** Reads one text message from a browser. Never throws: what is not a command comes back as the reason in words. */
export function readCommand(text: string): CommandReading {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('Beskeden er ikke JSON', 'The message is not JSON');
  }
  const reading = v.safeParse(commandSchema, value);
  if (reading.success) return { ok: true, command: reading.output };
  const issue = reading.issues[0];
  const place = v.getDotPath(issue) ?? '(root)';
  return refuse(
    `Kommandoen blev ikke forstået ved ${place}`,
    `The command was not understood at ${place}: ${issue.message}`,
  );
}

function refuse(da: string, en: string): CommandReading {
  return { ok: false, refused: { da: `${da}. Intet er ændret.`, en: `${en}. Nothing has changed.` } };
}

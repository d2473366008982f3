import { Command } from 'commander';
import { faultNumbered, faults } from '../../protocol/faults/catalogue.ts';
import type { Language } from '../../protocol/messages/config.ts';
import type { ClosingReading, NamedAlarm } from '../centre/alarm-closings.ts';
import type { AlarmReading } from '../centre/readings.ts';
import { UsageError } from '../program/usage-error.ts';
import { CentreClient, type CentreFlags, print, speaking, when, withCentre } from './centre-client.ts';
import { centreWords } from './centre-words.ts';
import { readDevice } from './options.ts';

type Flags = Omit<CentreFlags, 'by' | 'reason'> & { readonly by?: string; readonly reason?: string };

/** `dosis centre close-alarm`: a person answers for an alarm that no unit can end any more. */
export function centreAlarmCommand(): Command {
  return withCentre(new Command('close-alarm'))
    .description('close an alarm that a replaced unit has left behind; without a code list those of a unit')
    .argument('<id>', 'the unit', readDevice)
    .argument('[code]', 'the alarm, by its number or its code, as the page shows them')
    .argument('[slot]', 'the dose that it is about')
    .argument('[date]', 'and its date, YYYY-MM-DD')
    .option('--by <id>', 'who answers for it, an id and no name')
    .option('--reason <text>', 'what was found out and done, without a name or a citizen number')
    .action(
      (device: string, code: string | undefined, slot: string | undefined, date: string | undefined, flags: Flags) =>
        speaking(flags, () =>
          code === undefined
            ? list(device, flags)
            : close({ device, code, slot: slot ?? null, date: date ?? null }, flags),
        ),
    );
}

async function close({ device, code: given, slot, date }: NamedAlarm, flags: Flags): Promise<void> {
  const t = centreWords[flags.lang].alarm;
  const { by: author, reason, json } = flags;
  if (author === undefined || reason === undefined || (slot === null) !== (date === null)) {
    throw new UsageError(t.incomplete);
  }
  const code = /^\d{1,3}$/.test(given) ? (faultNumbered(Number(given))?.code ?? given) : given;
  const alarm = { device, code, slot, date };
  const body = { code, slot, date, author, reason };
  await new CentreClient(flags).post(`/api/devices/${device}/alarms/close`, body);
  print(json === true ? JSON.stringify({ ...alarm, author, reason }) : t.closed(named(alarm), device, author));
}

async function list(device: string, flags: Flags): Promise<void> {
  const client = new CentreClient(flags);
  const t = centreWords[flags.lang].alarm;
  const [{ alarms }, { closed }] = await Promise.all([
    client.get<{ alarms: AlarmReading[] }>('/api/alarms'),
    client.get<{ closed: ClosingReading[] }>(`/api/devices/${device}/alarms/closed`),
  ]);
  const left = alarms.filter((alarm) => alarm.device === device && alarm.leftOver);
  if (flags.json === true) return print(JSON.stringify({ open: left, closed }));
  if (left.length + closed.length === 0) return print(t.none(device));
  for (const alarm of left) print(t.open(withWords(alarm, flags.lang)));
  for (const { closedMs, author, reason, ...alarm } of closed) {
    print(t.was(withWords(alarm, flags.lang), when(closedMs, flags.lang), author, reason));
  }
}

/** The same with what is the matter; a code that this program does not know stands alone. */
function withWords(alarm: Omit<NamedAlarm, 'device'>, language: Language): string {
  const fault = faults.find(({ code }) => code === alarm.code);
  return fault === undefined ? named(alarm) : `${named(alarm)} (${fault.title[language]})`;
}

/** `dose-missed morning 2026-11-21`, as it is written to close it. */
function named({ code, slot, date }: Omit<NamedAlarm, 'device'>): string {
  return [code, ...(slot === null || date === null ? [] : [slot, date])].join(' ');
}

import { doseName } from '../../protocol/alarm-words.ts';
import { fault } from '../../protocol/smp/commands/fault.ts';
import { faultsOf } from '../technician/portrait.ts';
import { failure, mistake } from '../technician/problem.ts';
import { readDose, settlementNamed, slotNamed } from '../technician/typed-words.ts';
import type { Visit } from '../technician/visit.ts';
import type { Desk } from './tech-visit.ts';

export interface Finding {
  /** `morning/2026-11-21`, or `morgen/2026-11-21=taget`. */
  readonly dose: string;
  /** As it was typed; empty when it stands behind the dose. */
  readonly fate: string;
  readonly yes: boolean;
}

/** Writes down what a person found out about a dose in doubt: asked once more, since nobody can take it back. */
export async function settle(visit: Visit, { t, terminal, signal }: Desk, finding: Finding): Promise<void> {
  const [typed = '', behind = ''] = finding.dose.split('=');
  const dose = readDose(typed);
  if (dose === undefined) throw mistake(t, 'doseMisread', finding.dose);
  const fate = settlementNamed(behind === '' ? finding.fate : behind);
  if (fate === undefined) throw mistake(t, 'settleWords');
  if (!finding.yes && !terminal.canAsk) throw mistake(t, 'needsYes');
  const { doses } = await visit.granted(fault.doubts, {});
  const { date } = dose;
  const ofThatDay = doses.filter((one) => one.date === date).map(({ slot }) => slot);
  const slot = slotNamed(ofThatDay, dose.slot);
  if (slot === undefined) throw failure(t, 'notDoubted', typed, t.list(doses.map((one) => `${one.slot}/${one.date}`)));
  const name = doseName({ slot, date }, t.language);
  if (!finding.yes && !(await terminal.confirm(t.settle.sure[fate](name), signal))) {
    terminal.answer({ slot, date, fate: null }, [t.standing.untouched]);
    return;
  }
  await visit.granted(fault.settle, { slot, date, fate });
  const faults = await faultsOf(visit);
  terminal.answer({ slot, date, fate, faults: faults.map(({ code, number }) => ({ code, number })) }, [
    t.settle.done[fate](name),
  ]);
}

import { slotWord } from '../../protocol/alarm-words.ts';
import { type Settlement, settlements } from '../../protocol/messages/event.ts';
import { fault } from '../../protocol/smp/commands/fault.ts';
import { faultsOf } from '../technician/portrait.ts';
import { failure, mistake } from '../technician/problem.ts';
import type { Visit } from '../technician/visit.ts';
import type { Desk } from './tech-visit.ts';

export interface Finding {
  /** `morning/2026-11-21` */
  readonly dose: string;
  readonly fate: string | undefined;
  readonly yes: boolean;
}

/** Writes down what a person found out about a dose in doubt: asked once more, since nobody can take it back. */
export async function settle(visit: Visit, { t, terminal, signal }: Desk, finding: Finding): Promise<void> {
  const [, slot, date] = /^([a-z0-9][a-z0-9-]*)\/(\d{4}-\d{2}-\d{2})$/.exec(finding.dose) ?? [];
  if (slot === undefined || date === undefined) throw mistake(t, 'doseMisread', finding.dose);
  const fate = settlements.find((known): known is Settlement => known === finding.fate);
  if (fate === undefined) throw mistake(t, 'settleWords');
  if (!finding.yes && !terminal.canAsk) throw mistake(t, 'needsYes');
  const name = `${slotWord(slot, t.language)} ${date}`;
  const { doses } = await visit.granted(fault.doubts, {});
  if (!doses.some((dose) => dose.slot === slot && dose.date === date)) {
    throw failure(t, 'notDoubted', finding.dose, t.list(doses.map((dose) => `${dose.slot}/${dose.date}`)));
  }
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

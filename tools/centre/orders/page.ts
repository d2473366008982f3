import type { Language } from '../../../protocol/messages/config.ts';
import { refusalSentence, refusalWords } from '../../../protocol/refusal-words.ts';
import type { Fetched } from '../images/image-desk.ts';
import { escaped, localTime, row, table, told } from '../page-parts.ts';
import type { DeviceReading } from '../readings.ts';
import { pageWords } from '../words.ts';
import type { CommandReading, ConfigReading, OrderReadings, UnitConfigReading } from './order-readings.ts';
import { answerLines, orderWords, stopSentence, updateLine } from './words.ts';

/** The version that a unit works from, and whether that is as it should be. */
export function configCell({ id, configVersion }: DeviceReading, orders: OrderReadings, language: Language): string {
  const { wanted, inForce, discrepancy } = orders.config(id);
  const version = inForce?.version ?? configVersion;
  const shown = version === 0 ? pageWords[language].none : String(version ?? '–');
  if (wanted?.state === 'applied' && discrepancy === null && wanted.version === version) {
    return `${shown} · ${orderWords[language].configStates.applied}`;
  }
  return discrepancy === null ? shown : `<span class="off">${shown}</span>`;
}

/** What is under way, was refused, or is not as it should be; empty when all is well. */
export function configTable(orders: OrderReadings, language: Language): string {
  const t = pageWords[language];
  const rows = orders.configs().flatMap((unit) => configRows(unit, language));
  return rows.length === 0 ? '' : table(t.configs, t.configHeads, rows, '');
}

function configRows({ device, wanted, newest, inForce, discrepancy }: UnitConfigReading, language: Language): string[] {
  const t = pageWords[language];
  const open = [newest, wanted?.state === 'applied' ? null : wanted].filter((order) => order !== null);
  const rows = open.map((order) =>
    row(
      [escaped(device), String(order.version), configState(order, language), localTime(order.madeMs, language)],
      t.configHeads,
    ),
  );
  if (discrepancy === null || inForce === null) return rows;
  const { action } = refusalWords['base-mismatch'];
  const odd = `<span class="off">${told(orderWords[language].discrepancies[discrepancy], action[language])}</span>`;
  const since = localTime(inForce.heardMs, language);
  return [...rows, row([escaped(device), String(inForce.version), odd, since], t.configHeads)];
}

function configState({ state, errors }: ConfigReading, language: Language): string {
  const title = told(orderWords[language].configStates[state], ...errors.map((one) => refusalSentence(one, language)));
  return state === 'rejected' ? `<span class="off">${title}</span>` : title;
}

/** `fetched`: how far a unit is with the firmware that it fetches, if it does. */
export function commandTable(
  orders: OrderReadings,
  fetched: (device: string) => Fetched | undefined,
  language: Language,
): string {
  const t = pageWords[language];
  const rows = orders.latestCommands().map((command) => commandRow(command, fetched(command.device), language));
  return rows.length === 0 ? '' : table(t.commands, t.commandHeads, rows, '');
}

function commandRow(
  { device, type, state, answers, madeMs }: CommandReading,
  fetched: Fetched | undefined,
  language: Language,
): string {
  const t = orderWords[language];
  const progress = type === 'update' && state === 'accepted' && fetched !== undefined;
  const lines = progress
    ? [updateLine(fetched, language)]
    : answers.flatMap((answer) => answerLines(type, answer, language));
  const answer = told(t.commandStates[state], ...lines);
  const bad = state === 'refused' || state === 'failed' || state === 'expired' || state === 'unanswered';
  return row(
    [
      escaped(device),
      escaped(t.commands[type]),
      bad ? `<span class="off">${answer}</span>` : answer,
      localTime(madeMs, language),
    ],
    pageWords[language].commandHeads,
  );
}

export function rolloutTable(orders: OrderReadings, language: Language): string {
  const t = pageWords[language];
  const rows = orders.rollouts().map(({ id, state, why, wave, waves, madeMs }) => {
    const told = orderWords[language].rolloutStates[state];
    const said = `${escaped(told)}${why === null ? '' : `<small>${escaped(stopSentence(why, language))}</small>`}`;
    return row(
      [
        String(id),
        state === 'stopped' ? `<span class="off">${said}</span>` : said,
        `${wave}/${waves.length}`,
        localTime(madeMs, language),
      ],
      t.rolloutHeads,
    );
  });
  return rows.length === 0 ? '' : table(t.rollouts, t.rolloutHeads, rows, '');
}

import { isDeviceId } from '../../../protocol/topics.ts';
import { citizenNumberRefusal, holdsCitizenNumber } from '../citizen-number.ts';
import { OrderError } from './order-error.ts';
import type { RolloutPlan } from './rollout-store.ts';

/** What an operator writes for a group of units. */
export interface WantedRollout {
  readonly devices: readonly string[];
  readonly plan: RolloutPlan;
}

const DEVICES_MAX = 10_000;
const PATIENCE_S_MAX = 7 * 86_400;
const usual = { waves: [1, '5%', '25%', '100%'], failuresMax: 0.1, patienceS: 1800 };
const members = ['devices', 'document', 'change', 'waves', 'failuresMax', 'patienceS'];

/**
 * Reads `{devices, document | change, waves?, failuresMax?, patienceS?}`. A wave is how many units are reached when it
 * is over: a number, or a share such as `25%`. @throws OrderError
 */
export function readRollout(input: unknown): WantedRollout {
  if (!isMap(input)) {
    throw invalid(
      'En gruppe har "devices" og enten "document" eller "change".',
      'A group is a map with "devices" and either "document" or "change".',
    );
  }
  const unknown = Object.keys(input).find((key) => !members.includes(key));
  if (unknown !== undefined) {
    throw invalid(
      `"${unknown}" kendes ikke i en gruppe; den kan have ${members.join(', ')}.`,
      `"${unknown}" is not known in a group; it may have ${members.join(', ')}.`,
    );
  }
  const devices = readDevices(input.devices);
  const failuresMax = input.failuresMax ?? usual.failuresMax;
  if (typeof failuresMax !== 'number' || !(failuresMax >= 0 && failuresMax < 1)) {
    throw invalid(
      'failuresMax skal være en andel af en bølge fra 0 til under 1, som fx 0.1.',
      'failuresMax must be a share of a wave from 0 to below 1, such as 0.1.',
    );
  }
  const patienceS = input.patienceS ?? usual.patienceS;
  if (!isWhole(patienceS, 1, PATIENCE_S_MAX)) {
    throw invalid(
      `patienceS skal være et helt antal sekunder fra 1 til ${PATIENCE_S_MAX}.`,
      `patienceS must be a whole number of seconds from 1 to ${PATIENCE_S_MAX}.`,
    );
  }
  const waves = readWaves(input.waves ?? usual.waves, devices.length);
  return { devices, plan: { ...readContent(input), waves, failuresMax, patienceS } };
}

function readContent({ document, change }: Record<string, unknown>): Pick<RolloutPlan, 'document' | 'change'> {
  if (isMap(document) && change === undefined) return { document };
  if (isMap(change) && document === undefined && Object.keys(change).length > 0) return { change };
  throw invalid(
    'En gruppe har enten "document", det hele, eller "change", de felter, der skal være anderledes.',
    'A group has either "document", the whole of it, or "change", the members of it that are to be others.',
  );
}

function readDevices(devices: unknown): string[] {
  if (!Array.isArray(devices) || devices.length === 0 || devices.length > DEVICES_MAX) {
    throw invalid(
      `devices skal være en liste med 1 til ${DEVICES_MAX} apparat-id’er.`,
      `devices must be a list of 1 to ${DEVICES_MAX} device ids.`,
    );
  }
  for (const [index, device] of devices.entries()) {
    if (typeof device !== 'string' || !isDeviceId(device)) {
      throw invalid(`devices.${index} er intet apparat-id.`, `devices.${index} is no device id.`);
    }
    if (holdsCitizenNumber(device)) throw new OrderError('invalid', citizenNumberRefusal);
    if (devices.indexOf(device) !== index) {
      throw invalid(
        `devices.${index} nævner ${device} for anden gang.`,
        `devices.${index} names ${device} a second time.`,
      );
    }
  }
  return devices as string[];
}

/** @returns how many units each wave has, without those that would have none */
function readWaves(waves: unknown, total: number): number[] {
  if (!Array.isArray(waves) || waves.length === 0 || waves.length > 100) {
    throw invalid(
      'waves skal være en liste som fx [1, "5%", "25%", "100%"].',
      'waves must be a list such as [1, "5%", "25%", "100%"].',
    );
  }
  const ends = waves.map((wave, index) => Math.min(endOf(wave, index, total), total));
  for (const [index, end] of ends.entries()) {
    if (index > 0 && end < (ends[index - 1] as number))
      throw invalid(
        `waves.${index} når færre apparater end bølgen før.`,
        `waves.${index} reaches fewer units than the one before.`,
      );
  }
  if (ends.at(-1) !== total) {
    throw invalid(
      'Den sidste bølge skal nå hvert apparat: skriv "100%".',
      'The last wave must reach every unit: write "100%".',
    );
  }
  return ends.map((end, index) => end - (ends[index - 1] ?? 0)).filter((size) => size > 0);
}

function endOf(wave: unknown, index: number, total: number): number {
  if (isWhole(wave, 1, DEVICES_MAX)) return wave;
  const [, share] = typeof wave === 'string' ? (/^(\d{1,3})%$/.exec(wave) ?? []) : [];
  if (share === undefined || Number(share) < 1 || Number(share) > 100) {
    throw invalid(
      `waves.${index} skal være et antal apparater eller en andel som fx "25%".`,
      `waves.${index} must be a number of units or a share such as "25%".`,
    );
  }
  return Math.ceil((total * Number(share)) / 100);
}

function isWhole(value: unknown, low: number, high: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(da: string, en: string): OrderError {
  return new OrderError('invalid', { da, en });
}

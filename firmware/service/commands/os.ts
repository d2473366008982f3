import { Temporal } from 'temporal-polyfill';
import { os } from '../../../protocol/smp/commands/os.ts';
import { osRc, smpGroup, smpRc } from '../../../protocol/smp/numbers.ts';
import { serialBufferBytes } from '../../../protocol/smp/serial-line.ts';
import { type Exchange, type Handler, handler, Refused } from '../exchange.ts';
import type { ServicedUnit, UnitFacts } from '../unit.ts';

const product = 'Dosis';
/** What this firmware does not know of itself. */
const unknown = 'unknown';

export const osHandlers: readonly Handler[] = [
  handler(os.echo, ({ d }) => ({ r: d })),
  handler(os.echoRead, ({ d }) => ({ r: d })),
  handler(os.params, (_, { messageBytesMax }) => ({ buf_size: serialBufferBytes(messageBytesMax), buf_count: 1 })),
  handler(os.info, ({ format = 's' }, { unit }) => {
    const output = infoText(format, unit.facts());
    return output === undefined ? Refused.inGroup(smpGroup.os, osRc.invalidFormat) : { output };
  }),
  handler(os.bootloader, ({ query }) =>
    query === undefined ? { bootloader: product } : Refused.inGroup(smpGroup.os, osRc.noAnswer),
  ),
  handler(os.reset, ({ force = 0, boot_mode = 0 }, exchange) => {
    if (boot_mode !== 0)
      return Refused.plain(smpRc.notSupported, 'the loader serves the cable only where no firmware runs');
    exchange.journal('restart', force === 1 ? 'forced' : '');
    const verdict = exchange.unit.restart(force === 1);
    return verdict === null ? {} : Refused.plain(smpRc.busy, verdict, verdict);
  }),
];

export const clockHandlers = ({ clock }: Pick<ServicedUnit, 'clock'>): readonly Handler[] => [
  handler(os.datetime, (_, { stamp }) => {
    if (!stamp.trusted) return Refused.inGroup(smpGroup.os, osRc.clockNotSet);
    return { datetime: Temporal.Instant.fromEpochMilliseconds(stamp.wallMs).toString({ fractionalSecondDigits: 0 }) };
  }),
  handler(os.setDatetime, ({ datetime }, exchange) => setClock(clock, datetime, exchange)),
];

/** `uname` as Zephyr has it: what is asked for in the order of the letters below, whatever the order of asking. */
function infoText(format: string, { device, firmware, machine }: UnitFacts): string | undefined {
  const parts: readonly (readonly [string, string])[] = [
    ['s', product],
    ['n', device ?? 'unprovisioned'],
    ['r', firmware],
    ['v', firmware],
    ['b', unknown],
    ['m', machine],
    ['p', machine],
    ['i', unknown],
    ['o', product],
  ];
  const known = [...parts.map(([letter]) => letter), 'a'];
  if (format === '' || [...format].some((letter) => !known.includes(letter))) return undefined;
  const asked = parts.filter(([letter]) => format.includes(letter) || format.includes('a'));
  return asked.map(([, text]) => text).join(' ');
}

/**
 * A clock that is believed is the network's business: setting it could only open or close the window of a dose. One in
 * doubt may be put right, but never to before an instant that has surely passed.
 */
function setClock(
  clock: ServicedUnit['clock'],
  text: string,
  { stamp, journal }: Exchange,
): Record<string, never> | Refused {
  const wallMs = epochMsOf(text);
  if (wallMs === undefined) return Refused.plain(smpRc.invalid, `datetime must be a day of the calendar, not ${text}`);
  if (stamp.trusted) return Refused.plain(smpRc.badState, 'the clock is right as it is');
  if (wallMs < clock.lastBelievedMs()) return Refused.plain(smpRc.invalid, 'that instant has passed already');
  journal('clock-set', text);
  const verdict = clock.set(wallMs);
  return verdict === null ? {} : new Refused({ group: smpGroup.os, rc: osRc.clockFailed }, verdict);
}

/** Without an offset it is UTC, as `datetime` says it. */
function epochMsOf(text: string): number | undefined {
  const withOffset = /(Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10)) ? text : `${text}Z`;
  try {
    return Temporal.Instant.from(withOffset).epochMilliseconds;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

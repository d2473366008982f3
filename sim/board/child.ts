// The emulated board as a process of its own, in real time, behind a device file: node sim/board/child.ts --hex FILE
// --link PATH [--eeprom FILE]. It takes orders on stdin and tells of its pins on stdout, one JSON value a line.
import { readFileSync } from 'node:fs';
import { hrtime, stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline';
import { clearInterval, setInterval } from 'node:timers';
import { parseArgs } from 'node:util';
import { Chip } from './chip.ts';
import { KeptEeprom, readEeprom } from './kept-eeprom.ts';
import { PtyLine } from './pty.ts';
import { runInRealTime } from './real-time.ts';

/** What it is told; a level of null unties the pin. */
export type BoardOrder =
  | { readonly level: readonly [pin: number, high: boolean | null] }
  | { readonly volts: readonly [pin: number, volts: number] }
  | 'plug'
  | 'unplug'
  | 'power-on'
  | 'power-cut'
  | 'reset'
  | 'hang';

const { values } = parseArgs({
  options: { hex: { type: 'string' }, link: { type: 'string' }, eeprom: { type: 'string' } },
});
const { hex, link, eeprom } = values;
if (hex === undefined || link === undefined) throw new Error('Give --hex FILE and --link PATH.');

const contents = eeprom === undefined ? undefined : readEeprom(eeprom);
const chip = new Chip({ hex: readFileSync(hex, 'utf8'), ...(contents === undefined ? {} : { eeprom: contents }) });
const line = new PtyLine(chip, link);
const kept = eeprom === undefined ? undefined : new KeptEeprom(chip, eeprom);
const tell = (told: unknown): void => {
  stdout.write(`${JSON.stringify(told)}\n`);
};

async function follow(order: BoardOrder): Promise<void> {
  if (typeof order === 'object') {
    if ('level' in order) chip.setLevel(order.level[0], order.level[1] ?? undefined);
    else chip.setVolts(...order.volts);
    return;
  }
  switch (order) {
    case 'plug':
      await line.plug();
      return tell('plugged');
    case 'unplug':
      line.unplug();
      return tell('unplugged');
    case 'power-on':
      return chip.powerOn();
    case 'power-cut':
      return chip.powerCut();
    case 'reset':
      return chip.reset();
    case 'hang':
      return chip.hang();
  }
}

const clock = {
  nowMs: () => Number(hrtime.bigint()) / 1e6,
  every: (everyMs: number, beat: () => void) => {
    const timer = setInterval(beat, everyMs);
    return () => clearInterval(timer);
  },
};

chip.onPin(tell);
const stop = runInRealTime(chip, clock, () => {
  // What was counted is kept before anybody hears of it.
  kept?.keep();
  line.flush();
});
const orders = createInterface({ input: stdin });
orders.on('line', (text) => void follow(JSON.parse(text)));
orders.on('close', () => {
  stop();
  line.unplug();
});

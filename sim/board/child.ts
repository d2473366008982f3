// The emulated board as a process of its own, in real time, behind a device file: node sim/board/child.ts --hex FILE
// --link PATH [--eeprom FILE] [--sachets COUNT]. It takes orders on stdin and tells of its pins on stdout, one JSON value a
// line. With sachets it has a mechanism, so many in each of its rolls, and hands that touch it.
import { readFileSync } from 'node:fs';
import { hrtime, stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline';
import { clearInterval, setInterval } from 'node:timers';
import { parseArgs } from 'node:util';
import { knownBoard } from '../../hal/johnny-five/board-file.ts';
import { partsFilledWith } from '../device/mechanism-parts.ts';
import { Random } from '../kernel/random.ts';
import { Chip } from './chip.ts';
import { ChipSerial } from './chip-serial.ts';
import { Housing } from './housing.ts';
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
  | 'hang'
  | { readonly hands: HandsOrder };

export type HandsOrder =
  | 'press'
  | 'take the sachet'
  | 'open the door'
  | 'force the door'
  | 'close the door'
  | 'turn the lid'
  | 'lay the unit on its side'
  | 'set the unit upright'
  | 'take roll B down'
  | 'hang roll B up';

const BIN_SACHETS = 100;

const { values } = parseArgs({
  options: {
    hex: { type: 'string' },
    link: { type: 'string' },
    eeprom: { type: 'string' },
    sachets: { type: 'string' },
  },
});
const { hex, link, eeprom, sachets } = values;
if (hex === undefined || link === undefined) throw new Error('Give --hex FILE and --link PATH.');

const contents = eeprom === undefined ? undefined : readEeprom(eeprom);
const chip = new Chip({ hex: readFileSync(hex, 'utf8'), ...(contents === undefined ? {} : { eeprom: contents }) });
const serial = new ChipSerial(chip);
const line = new PtyLine(serial, link);
const kept = eeprom === undefined ? undefined : new KeptEeprom(chip, eeprom);
const tell = (told: unknown): void => {
  stdout.write(`${JSON.stringify(told)}\n`);
};

const hands = sachets === undefined ? undefined : handsOn(Number(sachets));

function handsOn(count: number): (order: HandsOrder) => void {
  const parts = partsFilledWith(count, BIN_SACHETS);
  const file = knownBoard('reference');
  const housing = new Housing({ chip, file, parts, random: Random.stream(1, 'contacts'), witness: tell });
  const deeds: Readonly<Record<HandsOrder, () => void>> = {
    press: () => housing.press(),
    'take the sachet': () => housing.takeFromCup(),
    'open the door'() {
      housing.turnKey(true);
      housing.openDoor();
    },
    'force the door': () => housing.openDoor(),
    'close the door': () => housing.closeDoor(),
    'turn the lid': () => housing.turnLid(),
    'lay the unit on its side': () => housing.setUpright(false),
    'set the unit upright': () => housing.setUpright(true),
    'take roll B down': () => housing.hang('B', false),
    'hang roll B up': () => housing.hang('B', true),
  };
  return (order) => deeds[order]();
}

async function follow(order: BoardOrder): Promise<void> {
  if (typeof order === 'object') {
    if ('hands' in order) hands?.(order.hands);
    else if ('level' in order) chip.setLevel(order.level[0], order.level[1] ?? undefined);
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

// A mechanism tells what sachets do; of the pins, which would be told by the thousand, then only the lock's is told.
const { lock } = knownBoard('reference').pins;
chip.onPin((change) => {
  if (hands === undefined || change.pin === lock) tell(change);
});
const stop = runInRealTime(chip, clock, () => {
  // What was counted is kept before anybody hears of it.
  kept?.keep();
  serial.flush();
});
const orders = createInterface({ input: stdin });
orders.on('line', (text) => void follow(JSON.parse(text)));
orders.on('close', () => {
  stop();
  line.unplug();
});

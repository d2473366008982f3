import type { BoardFile } from '../board-file.ts';
import { BITE_MM, LEASE_MS } from '../pace.ts';
import { switchesOf } from './ladder.ts';
import { nanoSides } from './nano.ts';
import { nameOf, pinOf, titleOf } from './wires.ts';

type Row = readonly (string | number)[];

/** What to buy, what to wire and what to measure, as a page that names its two diagrams. */
export function describeBoard(file: BoardFile): string {
  return [
    `# ${file.title}`,
    `Made of [${file.name}.yaml](${file.name}.yaml) by \`npm run generate\`; change that file, and the sketch where it moves a motor, the lock or the sounder. A reference for people who know electronics, not a certified device.`,
    'Flash the [sketch](../sketch/README.md) first, then wire, then see [whether it is well](#is-it-well). The [mechanics](#mechanics) are your own.',
    `Printed on A4: [what is wired to the controller](${file.name}-wiring.svg), [power and other cables](${file.name}-power.svg).`,
    `![What is wired to the controller](${file.name}-wiring.svg)`,
    `![Power and other cables](${file.name}-power.svg)`,
    '## What to buy',
    table(
      ['Count', 'Part', 'What', 'Note'],
      file.parts.map((part) => [part.count, part.name, part.type, part.note ?? '']),
    ),
    `And ${resistors(file)}; cable of 1 mm² behind F1, of 0.5 mm² for the other rails, of 0.14 mm² for the rest.`,
    '## What is wired to the controller',
    PULL,
    table(['Pin', 'For', 'Part', 'Terminal', 'Over', 'Pull', 'mA at most'], wireRows(file)),
    '## Power',
    PEAKS,
    table(['Rail', 'What', 'From', 'Fuse', 'To', 'A at most'], supplyRows(file)),
    '## Ground',
    `All joined in one point: ${file.ground.map((end) => nameOf(file, end)).join(' · ')}.`,
    '## Other cables',
    table(
      ['From', 'To', 'Note'],
      file.links.map(({ from, to, note }) => [nameOf(file, from), nameOf(file, to), note]),
    ),
    '## Mechanics',
    MECHANICS,
    table(['What', 'Measure'], measures(file)),
    unseen(file),
    '## Is it well?',
    table(['You type', 'And it is well when'], wellness),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

const PULL =
  '**Over** is the resistor in the wire, between pin and part. **Pull** is one more resistor, from the pin itself to ground or 5 V, which holds the line while the chip drives nothing, as in a reset; where the wire has a resistor, solder the pull between it and the pin. A pull in the chip is nothing to solder.';

const PEAKS = `The amperes are what each takes at its worst, as when all flaps start at once after hands have moved them: for a second at most. After that one thing moves at a time, a roll or a flap, and motors have power for ${LEASE_MS / 1000} s at most. What a source must give all the time, where that is less, stands under [what to buy](#what-to-buy).`;

const MECHANICS =
  'No drawings come along: rollers, blades, chute, flaps, cup, bin and housing are the builder’s own. What the software counts on: each roller pulls its strip down past the blades, which cut both strips at once, and through the light barrier of that strip, onto the gate. The gate is a flap below both strips, which opens to the cup at one side and to the locked bin at the other. One barrier looks across the cup, one above the bin. The cup tips what nobody takes into the bin. Nobody reaches blades, rolls or bin with the service door shut. These measures must hold; where yours differ, change the file.';

const wellness: readonly Row[] = [
  [
    '`npm run test:board -- --port /dev/ttyUSB0`, in a clone, with 10 sachets on each roll',
    'every line passes: it moves all parts, and tells what to do at the unit and when',
  ],
  [
    '`npx dosis device --folder try/unit --config unit.yaml`, with [a unit file](../../linux/systemd/unit.yaml)',
    'it says “The electronics answer.”; else it says what is wrong, and how to mend it',
  ],
  [
    '`npx dosis tech selftest --pass T-0001.pass`, over the technician’s cable of a unit that runs and is enrolled',
    'it asks what you see and hear of each part, and signs a report in which all are well',
  ],
];

function wireRows(file: BoardFile): Row[] {
  const order = [...nanoSides.left, ...nanoSides.right];
  return file.parts
    .flatMap((part) => part.wires.map((wire) => ({ part, wire, pin: pinOf(file, wire) })))
    .sort((one, other) => order.indexOf(one.pin) - order.indexOf(other.pin))
    .map(({ part, wire, pin }) => {
      const pull = wire.pull === undefined ? '' : `${wire.pull.to}, ${wire.pull.over}`;
      return [pin, wire.pin, titleOf(part), wire.to, wire.over ?? '', pull, wire.ma ?? ''];
    });
}

function supplyRows(file: BoardFile): Row[] {
  return file.supplies.flatMap(({ id, name, from, fuse, to, amps }) => [
    [`**${id}**`, name, nameOf(file, from), fuse ?? '', '', `${amps}`],
    ...to.map((end) => ['', '', '', '', nameOf(file, end), end.amps]),
  ]);
}

/** What no part of the unit measures. */
function unseen({ strip: { sachetMm, barrierMm, gateMm, weldMm } }: BoardFile): string {
  return `No sensor sees a perforation. A strip is measured by its lower end, where the last cut was, and by steps: sachets that are longer or shorter than the file says are cut further from their perforation each time, and those of a whole roll must not add up to ${weldMm} mm (0.1 mm each, of ${weldMm * 10} sachets), or the unit wants a camera that looks at each before it is cut. What came out shorter than ${gateMm - barrierMm} of ${sachetMm} mm, as when a roller slips, is noticed when it is cut, and is not given.`;
}

/** Those of the wires, in a count of each. */
function resistors({ parts }: BoardFile): string {
  const ohms = parts
    .flatMap(({ wires }) => wires.flatMap(({ over, pull }) => [over, pull?.over]))
    .filter((one) => one?.includes('Ω') === true);
  const kinds = [...new Set(ohms)].map((kind) => `${ohms.filter((one) => one === kind).length} of ${kind}`);
  return `resistors of 0.25 W for the wires, ${kinds.join(', ')}`;
}

function measures(file: BoardFile): Row[] {
  const { strip, servos, battery, controller } = file;
  const { sachetMm, barrierMm, gateMm, weldMm, mmPerStep, stepsPerTurn, slowRpm, fastRpm } = strip;
  const { cutter, gate, cup } = servos;
  return [
    ['A sachet', `${sachetMm} mm`],
    ['Around a perforation, where a cut harms nothing', `${weldMm} mm`],
    ['From the blade down to the light barrier', `${barrierMm} mm, ${BITE_MM / 4} mm more or less`],
    ['From the blade down to the closed gate', `${gateMm} mm`],
    [
      'A step of a motor',
      `${mmPerStep} mm of strip: ${stepsPerTurn} steps a turn, a roller ${roundMm(mmPerStep * stepsPerTurn)} mm round`,
    ],
    ['A motor turns', `${slowRpm} times a minute towards the barrier, then ${fastRpm}`],
    [
      'The servo at the blades',
      `${cutter.rest}° at rest, ${cutter.cut}° with both strips cut, there in ${cutter.ms} ms`,
    ],
    [
      'The servo at the gate',
      `${gate.rest}° shut, ${gate.cup}° to the cup, ${gate.bin}° to the bin, there in ${gate.ms} ms`,
    ],
    ['The servo at the cup', `${cup.rest}° at rest, ${cup.tip}° tipped into the bin, there in ${cup.ms} ms`],
    [
      'The battery',
      `${battery.volts[0]} V empty, ${battery.volts.at(-1)} V full; the pin sees a part in ${battery.divider}`,
    ],
    [
      'A switch of the ladder adds, while all is well',
      switchesOf(file)
        .map(({ name, volts }) => `${name} ${volts}`)
        .join(', '),
    ],
    ['Without a word of the computer', `motors, lock and sounder are off after ${controller.silenceMs} ms`],
  ];
}

function roundMm(mm: number): number {
  return Number(mm.toFixed(2));
}

function table(head: Row, rows: readonly Row[]): string {
  const drawn = (cells: Row) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [drawn(head), drawn(head.map(() => '---')), ...rows.map(drawn)].join('\n');
}

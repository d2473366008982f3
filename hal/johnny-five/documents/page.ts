import type { BoardFile } from '../board-file.ts';
import { nanoSides } from './nano.ts';
import { nameOf, pinOf, titleOf } from './wires.ts';

type Row = readonly (string | number)[];

/** What to buy, what to wire and what to measure, as a page that names its two diagrams. */
export function describeBoard(file: BoardFile): string {
  return [
    `# ${file.title}`,
    `Made of [${file.name}.yaml](${file.name}.yaml) by \`npm run generate\`; change that file, and the sketch where it moves a motor, the lock or the sounder. A reference for people who know electronics, not a certified device.`,
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
    table(['Pin', 'For', 'Part', 'Terminal', 'Over', 'Pull', 'mA at most'], wireRows(file)),
    '## Power',
    table(['Rail', 'What', 'From', 'Fuse', 'To', 'A at most'], supplyRows(file)),
    '## Ground',
    `All joined in one point: ${file.ground.map((end) => nameOf(file, end)).join(' · ')}.`,
    '## Other cables',
    table(
      ['From', 'To', 'Note'],
      file.links.map(({ from, to, note }) => [nameOf(file, from), nameOf(file, to), note]),
    ),
    '## Measures',
    table(['What', 'Measure'], measures(file)),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

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

/** Those of the wires, in a count of each. */
function resistors({ parts }: BoardFile): string {
  const ohms = parts
    .flatMap(({ wires }) => wires.flatMap(({ over, pull }) => [over, pull?.over]))
    .filter((one) => one?.includes('Ω') === true);
  const kinds = [...new Set(ohms)].map((kind) => `${ohms.filter((one) => one === kind).length} of ${kind}`);
  return `resistors of 0.25 W for the wires, ${kinds.join(', ')}`;
}

function measures({ strip, servos, battery, controller }: BoardFile): Row[] {
  const { sachetMm, barrierMm, gateMm, weldMm, mmPerStep, stepsPerTurn, slowRpm, fastRpm } = strip;
  const { cutter, gate, cup } = servos;
  return [
    ['A sachet', `${sachetMm} mm`],
    ['Around a perforation, where a cut harms nothing', `${weldMm} mm`],
    ['From the blade down to the light barrier', `${barrierMm} mm`],
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
      `${battery.emptyVolts} V empty, ${battery.fullVolts} V full; the pin sees a part in ${battery.divider}`,
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

import type { BoardFile } from '../board-file.ts';
import { lanesOf } from './lanes.ts';
import { nanoSides } from './nano.ts';
import { box, colourOf, dot, groundSign, line, type Point, sheet, svg, text } from './svg.ts';
import { type Part, pinOf, powerOf, titleOf, type Wire } from './wires.ts';

type Side = 'left' | 'right';

const nano = { width: 38, top: 22, pitch: 10.6, pad: 9 } as const;
const partWidth = 66;
/** Room beside a part for resistors; then the wires change their height; then what is beside the controller. */
const resistorsWidth = 25;
const stubWidth = 15;
const rows = { title: 5.6, wire: 5.6, pulled: 9.4, power: 4.6, gap: 3.6 } as const;
const middle = sheet.width / 2;

interface Terminal {
  readonly wire: Wire;
  readonly pin: string;
  readonly y: number;
}

interface Placed {
  readonly part: Part;
  readonly y: number;
  readonly height: number;
  readonly terminals: readonly Terminal[];
}

/** Places on the left are those on the right in a mirror: x is counted from the middle outwards. */
const xOf = (side: Side, outwards: number): number => middle + (side === 'left' ? -outwards : outwards);
const nanoEdge = nano.width / 2;
const partEdge = sheet.width / 2 - sheet.margin - partWidth;
const nanoHeight = 14 * nano.pitch + 2 * nano.pad;

/** The controller with its pins where they are, and what hangs on them. */
export function drawWiring(file: BoardFile): string {
  const title = `${file.title}: what is wired to the controller (1 of 2)`;
  return svg(title, [...drawSide(file, 'left'), ...drawSide(file, 'right'), ...drawNano(file), ...drawKey()]);
}

function pinY(side: Side, pin: string): number {
  return nano.top + nano.pad + nanoSides[side].indexOf(pin) * nano.pitch;
}

function drawNano(file: BoardFile): string[] {
  const used = new Set(file.parts.flatMap(({ wires }) => wires.map((wire) => pinOf(file, wire))));
  const power = powerOf(file, 'controller');
  const pins = (['left', 'right'] as const).flatMap((side) =>
    nanoSides[side].flatMap((pin) => {
      const y = pinY(side, pin);
      const rail = power.find(({ at }) => at === pin)?.rail;
      const fill = used.has(pin) || rail !== undefined ? '#111' : '#888';
      const anchor = side === 'left' ? 'start' : 'end';
      return [
        dot({ x: xOf(side, nanoEdge), y }, fill),
        text({ x: xOf(side, nanoEdge - 2.2), y: y + 1.1 }, pin, { anchor, size: 3.2, bold: fill === '#111', fill }),
        ...(rail === undefined ? [] : drawStub(side, y, rail)),
      ];
    }),
  );
  return [
    box({ x: middle - nanoEdge, y: nano.top }, { width: nano.width, height: nanoHeight }, '#eef2f6'),
    box({ x: middle - 6, y: nano.top - 4 }, { width: 12, height: 7 }, '#d5dbe1'),
    text({ x: middle, y: nano.top + 0.6 }, 'USB', { anchor: 'middle', bold: true }),
    ...file.controller.part
      .split(' ')
      .slice(0, 2)
      .map((word, index) =>
        text({ x: middle, y: nano.top + nanoHeight / 2 + index * 5 }, word, { anchor: 'middle', size: 4, bold: true }),
      ),
    text({ x: middle, y: nano.top + nanoHeight / 2 + 9.5 }, 'from above', { anchor: 'middle', fill: '#555' }),
    ...pins,
  ];
}

/** A rail that comes to the controller itself. */
function drawStub(side: Side, y: number, rail: string): string[] {
  const end = { x: xOf(side, nanoEdge + 6), y };
  const wire = line([{ x: xOf(side, nanoEdge), y }, end], { width: 0.6 });
  if (rail === 'ground') return [wire, groundSign(end)];
  const anchor = side === 'left' ? 'end' : 'start';
  return [wire, text({ x: xOf(side, nanoEdge + 6.8), y: y + 1 }, rail, { anchor, bold: true })];
}

function drawSide(file: BoardFile, side: Side): string[] {
  const placed = place(file, side);
  const terminals = placed.flatMap((one) => one.terminals);
  const from = partEdge - resistorsWidth;
  const lanes = lanesOf(
    terminals.map(({ pin, y }) => ({ from: pinY(side, pin), to: y })),
    { near: nanoEdge + stubWidth, far: from },
  );
  const wires = terminals.map((terminal, index) => {
    const [x, colour] = [xOf(side, lanes[index] as number), colourOf(nanoSides[side].indexOf(terminal.pin))];
    return drawWire(side, terminal, { x, colour });
  });
  return [...wires, ...placed.map((one) => drawPart(file, side, one))];
}

/** Parts stand in the order of their pins, about the height of the controller. */
function place(file: BoardFile, side: Side): Placed[] {
  const order = (wire: Wire) => nanoSides[side].indexOf(pinOf(file, wire));
  const shown = file.parts
    .map((part) => ({ part, wires: part.wires.filter((wire) => order(wire) >= 0).sort((a, b) => order(a) - order(b)) }))
    .filter(({ wires }) => wires.length > 0)
    .map((one) => ({ ...one, at: one.wires.reduce((sum, wire) => sum + order(wire), 0) / one.wires.length }))
    .sort((one, other) => one.at - other.at);
  const heightOf = (wires: readonly Wire[]) =>
    rows.title + rows.power + wires.reduce((sum, wire) => sum + rowHeight(wire), 0);
  const all = shown.reduce((sum, { wires }) => sum + heightOf(wires) + rows.gap, -rows.gap);
  let y = nano.top + (nanoHeight - all) / 2;
  return shown.map(({ part, wires }) => {
    const top = y;
    y += heightOf(wires) + rows.gap;
    let row = top + rows.title;
    const terminals = wires.map((wire) => {
      const at = row + (isPulledUp(wire) ? rowHeight(wire) - 2.2 : 2.6);
      row += rowHeight(wire);
      return { wire, pin: pinOf(file, wire), y: at };
    });
    return { part, y: top, height: heightOf(wires), terminals };
  });
}

const hasResistor = ({ pull }: Wire): boolean => pull?.over.includes('Ω') === true;
const isPulledUp = (wire: Wire): boolean => hasResistor(wire) && wire.pull?.to === '5 V';
const rowHeight = (wire: Wire): number => (hasResistor(wire) ? rows.pulled : rows.wire);

function drawPart(file: BoardFile, side: Side, { part, y, height, terminals }: Placed): string {
  const left = side === 'left' ? sheet.margin : sheet.width - sheet.margin - partWidth;
  const [outer, inner] = side === 'left' ? [left + 2, partEdge + 1.8] : [left + partWidth - 2, partEdge + 1.8];
  const [away, near] = side === 'left' ? (['start', 'end'] as const) : (['end', 'start'] as const);
  const power = powerOf(file, part.id).map(({ at, rail }) => `${at}: ${rail}`);
  return [
    box({ x: left, y }, { width: partWidth, height }),
    text({ x: outer, y: y + 4 }, titleOf(part), { size: 3.3, bold: true, anchor: away }),
    text({ x: outer, y: y + height - 1.6 }, power.join(' · '), { size: 2.5, anchor: away, fill: '#333' }),
    ...terminals.flatMap(({ wire, pin, y: at }) => [
      text({ x: xOf(side, inner), y: at + 1 }, pin, { bold: true, anchor: near }),
      text({ x: xOf(side, inner + 8), y: at + 1 }, wire.to, { anchor: near }),
    ]),
  ].join('\n');
}

function drawWire(
  side: Side,
  { wire, pin, y }: Terminal,
  lane: { readonly x: number; readonly colour: string },
): string {
  const { x, colour } = lane;
  const start: Point = { x: xOf(side, nanoEdge), y: pinY(side, pin) };
  const end: Point = { x: xOf(side, partEdge), y };
  const path = [start, { x, y: start.y }, { x, y }, end];
  const anchor = side === 'left' ? 'end' : 'start';
  return [
    line(path, { colour, width: 0.7 }),
    dot(end, colour),
    text({ x: xOf(side, nanoEdge + 2), y: start.y - 1.2 }, wire.pin, { size: 2.3, anchor, fill: '#333' }),
    ...drawOver(side, wire, y),
    ...drawPull(side, wire, y),
  ].join('\n');
}

function drawOver(side: Side, { over }: Wire, y: number): string[] {
  if (over === undefined) return [];
  const [width, height] = [11, 3.6];
  const centre = xOf(side, partEdge - 8.5);
  return [
    box({ x: centre - width / 2, y: y - height / 2 }, { width, height }),
    text({ x: centre, y: y + 0.9 }, over, { size: 2.5, anchor: 'middle' }),
  ];
}

function drawPull(side: Side, { pull }: Wire, y: number): string[] {
  if (pull === undefined) return [];
  if (!pull.over.includes('Ω')) {
    const at = { x: xOf(side, partEdge - resistorsWidth / 2), y: y - 1 };
    return [text(at, `pulled to ${pull.to} ${pull.over}`, { size: 2.2, anchor: 'middle', fill: '#333' })];
  }
  const [x, up] = [xOf(side, partEdge - 18), pull.to === '5 V' ? -1 : 1];
  const anchor = side === 'left' ? 'start' : 'end';
  const away = side === 'left' ? 1.6 : -1.6;
  const foot = { x, y: y + 5.4 * up };
  return [
    line([{ x, y }, foot], { width: 0.4 }),
    dot({ x, y }),
    box({ x: x - 0.8, y: up > 0 ? y + 1 : y - 4.6 }, { width: 1.6, height: 3.6 }),
    text({ x: x + away, y: y + 3.7 * up + (up < 0 ? 1.6 : 0) }, pull.over, {
      size: 2.4,
      anchor,
    }),
    ...(up > 0
      ? [groundSign(foot)]
      : [
          line(
            [
              { x: x - 1.4, y: foot.y },
              { x: x + 1.4, y: foot.y },
            ],
            { width: 0.4 },
          ),
          text({ x: x - away * 1.3, y: foot.y + 1 }, pull.to, { size: 2.4, anchor: side === 'left' ? 'end' : 'start' }),
        ]),
  ];
}

function drawKey(): string[] {
  const y = sheet.height - 6;
  const words =
    'Each wire bears the name of its pin at both ends. A resistor that hangs on a wire goes to ground or to 5 V (logic). The last line of a part: its terminals of power, and the rail of sheet 2 that each is on.';
  return [text({ x: sheet.margin, y }, words, { size: 2.6, fill: '#333' })];
}

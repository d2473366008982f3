import type { BoardFile } from '../board-file.ts';
import { drawLadder } from './ladder.ts';
import { box, colourOf, dot, groundSign, line, type Point, sheet, svg, text, wrapped } from './svg.ts';
import { nameOf, partOf, titleOf } from './wires.ts';

type Supply = BoardFile['supplies'][number];
type End = BoardFile['ground'][number];

const top = 19;
const rowHeight = 18.2;
const source = { width: 46, height: 11 } as const;
const rail = { from: 82, to: sheet.width - sheet.margin, takers: 6 } as const;
const taker = { width: 33, height: 9 } as const;
const link = { height: 17, part: 33 } as const;
/** Beside the rails with few takers; a letter is somewhat narrower than high. */
const notes = { x: 157, row: 4.3, letters: 106, line: 3.5 } as const;
const ground = { letters: 205, line: 4 } as const;

/** Who feeds whom, with fuses, and what else lies between two parts. */
export function drawPower(file: BoardFile): string {
  const links = top + file.supplies.length * rowHeight + 2;
  return svg(`${file.title}: power and other cables (2 of 2)`, [
    ...file.supplies.map((supply, index) => drawSupply(file, supply, { index, y: top + index * rowHeight })),
    ...drawLinks(file, links),
    ...drawGround(file, links + link.height),
    ...drawLadder(file, { x: 174, y: top + 6 }),
    ...drawNotes(file, { x: notes.x, y: top + notes.row * rowHeight }),
  ]);
}

function drawSupply(
  file: BoardFile,
  supply: Supply,
  { index, y }: { readonly index: number; readonly y: number },
): string {
  const colour = colourOf(index);
  const railY = y + 4.6;
  const { id, name, amps, from, fuse, to } = supply;
  const width = (rail.to - rail.from) / Math.max(rail.takers, to.length);
  const takers = to.map((end, at) => ({ end, x: rail.from + at * width }));
  const drops = takers.map(({ x }) => ({ x: x + taker.width / 2, y: railY }));
  const last = drops.at(-1) ?? { x: rail.from, y: railY };
  return [
    ...drops.map((foot) => line([foot, { x: foot.x, y: railY + 3 }], { colour, width: 0.9 })),
    line([{ x: sheet.margin + source.width, y: railY }, last], { colour, width: 1.1 }),
    ...drops.map((foot) => dot(foot, colour)),
    drawEnd(file, from, { x: sheet.margin, y, ...source }),
    ...drawFuse(fuse, railY),
    text({ x: rail.from, y: railY - 1.7 }, id, { size: 3.2, bold: true }),
    text({ x: rail.from + id.length * 1.9 + 3, y: railY - 1.7 }, `${name}; ${amps} A at most`),
    ...takers.map(({ end, x }) => drawEnd(file, end, { x, y: railY + 2.6, ...taker }, ` · ${end.amps} A`)),
  ].join('\n');
}

function drawEnd(
  file: BoardFile,
  { part, at }: End,
  { x, y, width, height }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  more = '',
): string {
  return [
    box({ x, y }, { width, height }),
    text({ x: x + 1.5, y: y + height / 2 - 0.6 }, titleOf(partOf(file, part)), { bold: true }),
    text({ x: x + 1.5, y: y + height / 2 + 3 }, at + more),
  ].join('\n');
}

function drawFuse(fuse: string | undefined, y: number): string[] {
  if (fuse === undefined) return [];
  const [x, width] = [sheet.margin + source.width + 6, 14];
  return [
    box({ x, y: y - 1.6 }, { width, height: 3.2 }),
    line(
      [
        { x, y },
        { x: x + width, y },
      ],
      { width: 0.3 },
    ),
    text({ x: x + width / 2, y: y - 2.6 }, fuse, { anchor: 'middle', bold: true }),
  ];
}

function drawLinks(file: BoardFile, y: number): string[] {
  const width = (sheet.width - 2 * sheet.margin) / file.links.length;
  return file.links.flatMap(({ from, to, note }, index) => {
    const x = sheet.margin + index * width;
    const end = x + width - link.part - (index === file.links.length - 1 ? 0 : 5);
    const [left, right, middle] = [x + link.part, end, y + taker.height / 2];
    return [
      line(
        [
          { x: left, y: middle },
          { x: right, y: middle },
        ],
        { width: 0.8 },
      ),
      drawEnd(file, from, { x, y, width: link.part, height: taker.height }),
      drawEnd(file, to, { x: end, y, width: link.part, height: taker.height }),
      ...wrapped(note, 18).map((words, at) =>
        text({ x: (left + right) / 2, y: middle - 1.3 + at * 4 }, words, { size: 2.3, anchor: 'middle' }),
      ),
    ];
  });
}

function drawGround(file: BoardFile, y: number): string[] {
  const words = file.ground.map((end) => nameOf(file, end).replaceAll(' ', '\u00a0')).join('\u00a0· ');
  return [
    line(
      [
        { x: sheet.margin, y },
        { x: rail.to, y },
      ],
      { width: 1.4 },
    ),
    groundSign({ x: sheet.margin + 3, y: y + 2.6 }),
    text({ x: sheet.margin + 7, y: y + 5 }, 'ground', { size: 3.2, bold: true }),
    ...wrapped(words, ground.letters).map((one, index) =>
      text({ x: sheet.margin + 24, y: y + 5 + index * ground.line }, one, { size: 2.5 }),
    ),
  ];
}

function drawNotes({ parts }: BoardFile, { x, y }: Point): string[] {
  const lines = parts.flatMap((part) =>
    part.note === undefined ? [] : wrapped(`${part.name}: ${part.note}`, notes.letters),
  );
  return [
    text({ x, y }, 'Notes', { size: 3.2, bold: true }),
    ...lines.map((words, index) => text({ x, y: y + 4.5 + index * notes.line }, words, { size: 2.4 })),
  ];
}

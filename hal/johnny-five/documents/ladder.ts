import type { BoardFile, LadderSwitch } from '../board-file.ts';
import { pinName } from './nano.ts';
import { box, dot, groundSign, line, type Point, text } from './svg.ts';

const rung = 21;
const [supplyVolts, sixteenths] = [5, 16] as const;
const names: Readonly<Record<LadderSwitch, string>> = {
  upright: 'upright',
  lid: 'lid seated',
  rollB: 'roll B',
  rollA: 'roll A',
};

/** From the far end on: what each is worth grows. */
export function switchesOf({ ladder }: BoardFile): { readonly name: string; readonly volts: string }[] {
  return (Object.entries(ladder) as [LadderSwitch, number][])
    .sort(([, one], [, other]) => one - other)
    .map(([name, worth]) => ({
      name: names[name],
      volts: `${Number(((supplyVolts * worth) / sixteenths).toFixed(2))} V`,
    }));
}

/** The inside of the switch ladder, `at` its far end; every switch drawn as it is when all is well. */
export function drawLadder(file: BoardFile, at: Point): string[] {
  const switches = switchesOf(file);
  const { x, y } = at;
  const last = x + switches.length * rung;
  return [
    text({ x, y: y - 5 }, 'Inside the switch ladder', { size: 3.2, bold: true }),
    line([
      { x, y: y + 3 },
      { x, y },
      { x: last + 8, y },
    ]),
    groundSign({ x, y: y + 3 }),
    text({ x: last + 9, y: y + 1 }, pinName(file.pins.switches), { bold: true }),
    ...switches.flatMap(({ name, volts }, index) => {
      const node = { x: x + (index + 1) * rung, y };
      return [
        across({ x: node.x - rung / 2, y }, index === 0 ? '20 kΩ' : '10 kΩ'),
        line([node, { x: node.x, y: y + 18 }]),
        dot(node),
        box({ x: node.x - 1.6, y: y + 4 }, { width: 3.2, height: 9 }),
        text({ x: node.x + 2.6, y: y + 9.4 }, '20 kΩ', { size: 2.4 }),
        ...changeover({ x: node.x, y: y + 18 }),
        text({ x: node.x, y: y + 33 }, name, { anchor: 'middle', bold: true }),
        text({ x: node.x, y: y + 36.6 }, volts, { anchor: 'middle' }),
      ];
    }),
  ];
}

function across({ x, y }: Point, ohms: string): string {
  return (
    box({ x: x - 5.5, y: y - 1.8 }, { width: 11, height: 3.6 }) +
    text({ x, y: y + 0.9 }, ohms, { size: 2.5, anchor: 'middle' })
  );
}

/** From its arm downwards: 5 V at the left, ground at the right. */
function changeover({ x, y }: Point): string[] {
  const contact = y + 5;
  return [
    line([
      { x, y },
      { x: x - 3, y: contact },
    ]),
    dot({ x, y }),
    dot({ x: x - 3.2, y: contact }),
    text({ x: x - 4, y: contact + 3.6 }, '5 V', { size: 2.4, anchor: 'middle' }),
    line([
      { x: x + 3.2, y: contact },
      { x: x + 3.2, y: contact + 2 },
    ]),
    dot({ x: x + 3.2, y: contact }),
    groundSign({ x: x + 3.2, y: contact + 2 }),
  ];
}

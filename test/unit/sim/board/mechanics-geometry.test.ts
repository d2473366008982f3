import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readBoardFile } from '../../../../hal/johnny-five/board-file.ts';
import { geometryOf } from '../../../../sim/board/mechanics/geometry.ts';

const reference = readFileSync(new URL('../../../../hal/johnny-five/boards/reference.yaml', import.meta.url), 'utf8');

it('the modelled mechanism is the one that the board file measures', () => {
  const another = reference
    .replace('gateMm: 73', 'gateMm: 74')
    .replace('mmPerStep: 0.2', 'mmPerStep: 0.25')
    .replace('weldMm: 6', 'weldMm: 7')
    .replace('cut: 110', 'cut: 120')
    .replace('bin: 135', 'bin: 140')
    .replace('cutter: D9', 'cutter: D10')
    .replace('gate: D10', 'gate: D9')
    .replace('divider: 3', 'divider: 4');
  const [before, after] = [reference, another].map((text) => geometryOf(readBoardFile(text, 'b.yaml')));
  expect(before).toMatchObject({ looseFromMm: 3, gateFloorMm: 73, seamMm: 6, stepMm: 0.2, batteryDivider: 3 });
  expect(before).toMatchObject({ cutter: { rest: 20, blade: 90 }, gate: { bin: 135 }, pins: { cutter: 9, gate: 10 } });
  expect(after).toMatchObject({ looseFromMm: 4, gateFloorMm: 74, seamMm: 7, stepMm: 0.25, batteryDivider: 4 });
  expect(after).toMatchObject({ cutter: { rest: 20, blade: 100 }, gate: { bin: 140 }, pins: { cutter: 10, gate: 9 } });
});

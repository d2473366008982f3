import type { BoardFile, PinName } from './board-file.ts';
import { BITE_MM, LEASE_MS, slowestReleaseMs } from './pace.ts';
import { sketchLimits } from './sketch-limits.ts';

/** What is wrong between fields that are well by themselves; the sentence without its full stop. */
export interface Misfit {
  readonly path: readonly (string | number)[];
  readonly sentence: string;
}

type Judge = (file: BoardFile) => Misfit | undefined;

/** @returns the first that does not fit */
export function misfitOf(file: BoardFile): Misfit | undefined {
  for (const judge of [pinsTwice, pinsElsewhere, strip, pace, battery, servos, ladder, wiring, power]) {
    const misfit = judge(file);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

const pinText = (pin: number): string => (pin < sketchLimits.firstAnalogPin ? `D${pin}` : `A${pin - 14}`);
/** Of the pins that are there. */
const namesOf = (pins: BoardFile['pins']) => Object.entries(pins) as [PinName, number][];

const pinsTwice: Judge = ({ pins }) => {
  const seen = new Map<number, PinName>();
  for (const [name, pin] of namesOf(pins)) {
    const other = seen.get(pin);
    if (other !== undefined)
      return { path: ['pins', name], sentence: `${pinText(pin)} is the pin of ${other} already` };
    seen.set(pin, name);
  }
  return undefined;
};

/** What a pin must be for what hangs on it, by what the sketch lets it be. */
interface Place {
  readonly fits: (pin: number) => boolean;
  readonly sentence: (pin: number) => string;
}

const { motorPins, lockPin, sounderPin, dimmedPins, firstAnalogPin, firstAnalogOnlyPin } = sketchLimits;
const oneOf = (pins: readonly number[], words: string): Place => ({
  fits: (pin) => pins.includes(pin),
  sentence: () => `the sketch ${words} ${pins.map(pinText).join(', ')} and no other pin`,
});
const motor = oneOf(motorPins, 'moves');
const lamp = oneOf(dimmedPins, 'dims');
const measured: Place = {
  fits: (pin) => pin >= firstAnalogPin,
  sentence: () => 'it is measured, which the pins A0 to A7 can do',
};
const read: Place = {
  fits: (pin) => pin < firstAnalogOnlyPin,
  sentence: (pin) => `${pinText(pin)} only measures; high and low want D2 to A5`,
};
/** Those with the least choice first: what they leave is for the others. */
const places: Readonly<Record<PinName, Place>> = {
  ...{ switches: measured, battery: measured },
  ...{ stepA: motor, stepB: motor, cutter: motor, gate: motor, cup: motor, motorPower: motor },
  ...{ lampRed: lamp, lampGreen: lamp, lampBlue: lamp },
  lock: oneOf([lockPin], 'opens'),
  sounder: oneOf([sounderPin], 'sounds'),
  ...{ button: read, fedA: read, fedB: read, binned: read, cupSensor: read, door: read, key: read },
};

const pinsElsewhere: Judge = ({ pins }) => {
  for (const [name, place] of Object.entries(places) as [PinName, Place][]) {
    const pin = pins[name];
    if (pin !== undefined && !place.fits(pin)) return { path: ['pins', name], sentence: place.sentence(pin) };
  }
  return undefined;
};

const strip: Judge = ({ strip: { sachetMm, barrierMm, gateMm, weldMm } }) => {
  // What hangs out unseen when a feed was broken off is cut with the next sachet of the other roll.
  if (barrierMm >= weldMm) {
    const sentence = `the barrier lies within the weld of ${weldMm} mm, or the blade meets pills that nobody saw`;
    return { path: ['strip', 'barrierMm'], sentence };
  }
  if (barrierMm > sachetMm - 2 * BITE_MM) {
    const sentence = `what is behind the barrier must hold two bites of ${BITE_MM} mm, so it is at most ${sachetMm - 2 * BITE_MM}`;
    return { path: ['strip', 'barrierMm'], sentence };
  }
  // One that came out half a bite short is whole, and lies in the barrier still.
  const gateMmMax = sachetMm + barrierMm - BITE_MM / 2;
  if (gateMm > sachetMm && gateMm <= gateMmMax) return undefined;
  return {
    path: ['strip', 'gateMm'],
    sentence: `a sachet on the gate lies below the blade and in its barrier still, so it is more than ${sachetMm} and at most ${gateMmMax}`,
  };
};

const pace: Judge = (file) => {
  const { slowRpm, fastRpm, stepsPerTurn } = file.strip;
  const { stepsPerSecondMax } = sketchLimits;
  for (const [name, rpm] of Object.entries({ slowRpm, fastRpm })) {
    const perSecond = (rpm * stepsPerTurn) / 60;
    if (perSecond <= stepsPerSecondMax) continue;
    const sentence = `that is ${Math.round(perSecond)} steps a second, and the sketch makes ${stepsPerSecondMax} at most`;
    return { path: ['strip', name], sentence };
  }
  const ms = slowestReleaseMs(file);
  if (ms <= LEASE_MS) return undefined;
  const seconds = (of: number) => Math.ceil(of / 1000);
  return {
    path: ['strip', 'slowRpm'],
    sentence: `a release would take ${seconds(ms)} s, and the motors are stopped after ${seconds(LEASE_MS)} s`,
  };
};

const battery: Judge = ({ battery: { divider, volts } }) => {
  if (volts.some((one, tenth) => one <= (volts[tenth - 1] ?? 0))) {
    return { path: ['battery', 'volts'], sentence: 'with every tenth of its charge a battery has more volts' };
  }
  if (Math.max(...volts) / divider <= 5) return undefined;
  return { path: ['battery', 'divider'], sentence: 'a full battery would be more than the 5 V that a pin takes' };
};

const servos: Judge = ({ servos: all }) => {
  for (const [servo, angles] of Object.entries(all)) {
    const places = Object.entries(angles).filter(([place]) => place !== 'ms');
    for (const [index, [place, angle]] of places.entries()) {
      const [other] = places.slice(0, index).find(([, one]) => one === angle) ?? [];
      if (other !== undefined) return { path: ['servos', servo, place], sentence: `${other} is at this angle already` };
    }
  }
  return undefined;
};

const ladder: Judge = ({ ladder: all }) => {
  const rungs = Object.entries(all);
  for (const [index, [name, worth]] of rungs.entries()) {
    const [other] = rungs.slice(0, index).find(([, one]) => one === worth) ?? [];
    if (other !== undefined) return { path: ['ladder', name], sentence: `${other} is worth as much already` };
  }
  return undefined;
};

const wiring: Judge = ({ pins, parts }) => {
  const seen = new Map<string, string>();
  for (const [index, { id, wires }] of parts.entries()) {
    if (parts.findIndex((part) => part.id === id) < index) {
      return { path: ['parts', index, 'id'], sentence: `there is a part ${id} already` };
    }
    for (const [at, { pin }] of wires.entries()) {
      if (pins[pin] === undefined) {
        return { path: ['parts', index, 'wires', at, 'pin'], sentence: `no pin is named ${pin} above` };
      }
      const other = seen.get(pin);
      if (other !== undefined) {
        return { path: ['parts', index, 'wires', at, 'pin'], sentence: `${pin} is wired to ${other} already` };
      }
      seen.set(pin, id);
    }
  }
  const bare = namesOf(pins).find(([name]) => !seen.has(name));
  return bare && { path: ['pins', bare[0]], sentence: 'no part is wired to it' };
};

const power: Judge = ({ parts, supplies, links, ground }) => {
  const ends = [
    ...supplies.flatMap(({ from, to }, index) => [
      { path: ['supplies', index, 'from', 'part'], part: from.part },
      ...to.map(({ part }, at) => ({ path: ['supplies', index, 'to', at, 'part'], part })),
    ]),
    ...links.flatMap(({ from, to }, index) => [
      { path: ['links', index, 'from', 'part'], part: from.part },
      { path: ['links', index, 'to', 'part'], part: to.part },
    ]),
    ...ground.map(({ part }, index) => ({ path: ['ground', index, 'part'], part })),
  ];
  const stranger = ends.find(({ part }) => parts.every(({ id }) => id !== part));
  if (stranger !== undefined) return { path: stranger.path, sentence: `there is no part ${stranger.part}` };
  for (const [index, { amps, from, to }] of supplies.entries()) {
    const taken = Number(to.reduce((sum, one) => sum + one.amps, 0).toFixed(3));
    if (taken > amps) return { path: ['supplies', index, 'amps'], sentence: `what hangs on it takes ${taken} A` };
    const afloat = [from, ...to].find(({ part }) => ground.every((one) => one.part !== part));
    if (afloat !== undefined) return { path: ['ground'], sentence: `${afloat.part} has power and no ground` };
  }
  return undefined;
};

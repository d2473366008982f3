/** How the chip drives a pin: an input is `open`, or `pulled up` by the chip's own resistor. */
export type Drive = 'low' | 'high' | 'open' | 'pulled up';

/** Pins by the numbers that Firmata and Arduino give them: 0–13 are D0–D13, 14–21 are A0–A7; A6 and A7 only measure. */
export const PIN_COUNT = 22;
export const FIRST_ANALOG_PIN = 14;

export type PortName = 'B' | 'C' | 'D';

/** Where a pin is on the chip; undefined for those that only measure. */
export function placeOf(pin: number): { readonly port: PortName; readonly bit: number } | undefined {
  if (pin < 8) return { port: 'D', bit: pin };
  if (pin < FIRST_ANALOG_PIN) return { port: 'B', bit: pin - 8 };
  return pin < 20 ? { port: 'C', bit: pin - FIRST_ANALOG_PIN } : undefined;
}

/** The pins of a port, by bit. */
export const pinsOf: Readonly<Record<PortName, readonly number[]>> = {
  B: [8, 9, 10, 11, 12, 13],
  C: [14, 15, 16, 17, 18, 19],
  D: [0, 1, 2, 3, 4, 5, 6, 7],
};

/** The pins of an Arduino Nano as one sees them from above, its USB at the top: down the left side, and down the right. */
export const nanoSides: Readonly<Record<'left' | 'right', readonly string[]>> = {
  left: ['D13', '3V3', 'AREF', 'A0', 'A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', '5V', 'RST', 'GND', 'VIN'],
  right: ['D12', 'D11', 'D10', 'D9', 'D8', 'D7', 'D6', 'D5', 'D4', 'D3', 'D2', 'GND', 'RST', 'RX0', 'TX1'],
};

/** By Firmata's number. */
export function pinName(pin: number): string {
  return pin < 14 ? `D${pin}` : `A${pin - 14}`;
}

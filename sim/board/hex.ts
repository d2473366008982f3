/** Flash of an ATmega328P, in bytes. */
const FLASH_BYTES = 32 * 1024;

/** The words of an Intel hex file, as they lie in flash; what it does not name is 0xFFFF. @throws Error naming the line */
export function readHex(text: string): Uint16Array {
  const flash = new Uint8Array(FLASH_BYTES).fill(0xff);
  let ended = false;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === '') continue;
    const record = readRecord(line, index + 1);
    if (record.type === 1) ended = true;
    if (record.type !== 0) continue;
    if (record.address + record.data.length > FLASH_BYTES) throw hexError(index + 1, 'lies beyond the flash');
    flash.set(record.data, record.address);
  }
  if (!ended) throw new Error('The hex file has no end; it may have been cut short.');
  return new Uint16Array(flash.buffer);
}

function readRecord(line: string, number: number) {
  if (!/^:([0-9A-Fa-f]{2}){5,}$/.test(line)) throw hexError(number, 'is no record');
  const bytes = Uint8Array.from(Buffer.from(line.slice(1), 'hex'));
  const [count = 0, high = 0, low = 0, type = 0] = bytes;
  if (bytes.length !== count + 5) throw hexError(number, 'is not as long as it says');
  if (bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0) !== 0) throw hexError(number, 'has a wrong checksum');
  return { type, address: high * 256 + low, data: bytes.subarray(4, -1) };
}

function hexError(line: number, problem: string): Error {
  return new Error(`Line ${line} of the hex file ${problem}.`);
}

import { ProtocolError } from '../errors.ts';
import { encodeBase64 } from './base64.ts';
import { crc16 } from './crc16.ts';
import {
  bodyBytesMax,
  continuationMarker,
  crcBytes,
  lengthBytes,
  lettersPerLine,
  lineFeed,
  startMarker,
} from './serial-line.ts';

/**
 * One message (see `encodeMessage`) as the lines that a serial console carries, one after the other.
 * @throws ProtocolError with code `too-large` for more than 65,533 bytes
 */
export function encodeSerial(message: Uint8Array): Uint8Array {
  if (message.length > bodyBytesMax) {
    throw new ProtocolError('too-large', `has ${message.length} bytes where ${bodyBytesMax} are allowed`);
  }
  const whole = new Uint8Array(lengthBytes + message.length + crcBytes);
  const view = new DataView(whole.buffer);
  view.setUint16(0, message.length + crcBytes);
  whole.set(message, lengthBytes);
  view.setUint16(lengthBytes + message.length, crc16(message));
  const letters = encodeBase64(whole);
  const lines = Math.ceil(letters.length / lettersPerLine);
  const bytes = new Uint8Array(letters.length + lines * (startMarker.length + 1));
  for (let line = 0, at = 0; line < lines; line += 1) {
    const part = letters.subarray(line * lettersPerLine, (line + 1) * lettersPerLine);
    bytes.set(line === 0 ? startMarker : continuationMarker, at);
    bytes.set(part, at + startMarker.length);
    at += startMarker.length + part.length + 1;
    bytes[at - 1] = lineFeed;
  }
  return bytes;
}

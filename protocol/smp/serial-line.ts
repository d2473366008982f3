/**
 * The shape of a message on a serial console (Zephyr, "SMP Transport Specification", UART/serial and console). A message
 * is `length:16 | body | crc:16`, where the length counts body and CRC, and the CRC is CRC-16/XMODEM of the body; all
 * of it in base64, cut into lines. A line is a marker of two bytes, base64, and a line feed.
 */
export const startMarker = [0x06, 0x09] as const;
export const continuationMarker = [0x04, 0x14] as const;
export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;

export const lengthBytes = 2;
export const crcBytes = 2;

/** Marker and line feed included (Zephyr `MCUMGR_SERIAL_MAX_FRAME`). */
export const lineBytesMax = 127;
export const lettersPerLine = lineBytesMax - startMarker.length - 1;

/** What the length field can say, less the CRC that it counts. */
export const bodyBytesMax = 0xffff - crcBytes;

/**
 * What a device reassembles unless told otherwise. Clients take the buffer that os `params` advertises, less length and
 * CRC, as the largest message: advertise `serialBufferBytes(messageBytesMax)`.
 */
export const messageBytesDefault = 2044;

export function serialBufferBytes(messageBytesMax: number): number {
  return messageBytesMax + lengthBytes + crcBytes;
}

import { ProtocolError } from '../errors.ts';

/**
 * The header of the Simple Management Protocol, 8 bytes, big-endian (Zephyr, "SMP Protocol Specification", Frame):
 * `reserved:3 version:2 op:3 | flags:8 | length:16 | group:16 | sequence:8 | command:8`.
 */
export interface SmpHeader {
  /** See `smpOp`; 4 to 7 are undefined, a server refuses them with `smpRc.notSupported`. */
  readonly op: number;
  /** As on the wire, see `smpVersion`; 2 and 3 are undefined, a server refuses them with `smpRc.tooNew`. */
  readonly version: number;
  readonly flags: number;
  /** Bytes of payload after the header. */
  readonly length: number;
  readonly group: number;
  /** A response repeats the sequence of its request. */
  readonly sequence: number;
  readonly command: number;
}

/** One whole message. The payload is CBOR in the standard groups; groups from 64 may use any encoding. */
export interface SmpFrame {
  readonly header: SmpHeader;
  readonly payload: Uint8Array;
}

/** Source: Zephyr `mgmt_defines.h`, `mcumgr_op_t`. */
export const smpOp = { read: 0, readResponse: 1, write: 2, writeResponse: 3 } as const;
export type SmpRequestOp = typeof smpOp.read | typeof smpOp.write;

/** Source: Zephyr `smp.h`, `smp_mcumgr_version_t`. */
export const smpVersion = { v1: 0, v2: 1 } as const;

export const smpHeaderBytes = 8;

const ranges = {
  op: 7,
  version: 3,
  flags: 0xff,
  length: 0xffff,
  group: 0xffff,
  sequence: 0xff,
  command: 0xff,
} as const;

/** @throws ProtocolError with code `invalid` naming the field that does not fit its bits */
export function encodeHeader(header: SmpHeader): Uint8Array {
  for (const [field, high] of Object.entries(ranges)) {
    const value = header[field as keyof SmpHeader];
    if (!Number.isInteger(value) || value < 0 || value > high) {
      throw new ProtocolError('invalid', `must be a whole number from 0 to ${high}, not ${value}`, {
        path: `SMP header ${field}`,
      });
    }
  }
  const bytes = new Uint8Array(smpHeaderBytes);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, (header.version << 3) | header.op);
  view.setUint8(1, header.flags);
  view.setUint16(2, header.length);
  view.setUint16(4, header.group);
  view.setUint8(6, header.sequence);
  view.setUint8(7, header.command);
  return bytes;
}

/** Reads the first 8 bytes; reserved bits are ignored. @throws ProtocolError with code `truncated` */
export function decodeHeader(bytes: Uint8Array): SmpHeader {
  if (bytes.length < smpHeaderBytes) {
    throw new ProtocolError('truncated', `has ${bytes.length} bytes, too few for an SMP header of ${smpHeaderBytes}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, smpHeaderBytes);
  return {
    op: view.getUint8(0) & 7,
    version: (view.getUint8(0) >> 3) & 3,
    flags: view.getUint8(1),
    length: view.getUint16(2),
    group: view.getUint16(4),
    sequence: view.getUint8(6),
    command: view.getUint8(7),
  };
}

/** Header and payload as one; the length is counted here. @throws ProtocolError, as `encodeHeader` */
export function encodeMessage(header: Omit<SmpHeader, 'length'>, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(smpHeaderBytes + payload.length);
  bytes.set(encodeHeader({ ...header, length: payload.length }));
  bytes.set(payload, smpHeaderBytes);
  return bytes;
}

/**
 * Reads exactly one message; the payload is a copy. Several requests in one packet, which Zephyr allows and no client
 * sends, are refused.
 * @throws ProtocolError with code `truncated` or `trailing`
 */
export function decodeMessage(bytes: Uint8Array): SmpFrame {
  const header = decodeHeader(bytes);
  const found = bytes.length - smpHeaderBytes;
  if (found !== header.length) {
    throw new ProtocolError(
      found < header.length ? 'truncated' : 'trailing',
      `has ${found} bytes of payload where its SMP header says ${header.length}`,
    );
  }
  // Not `slice`: that of a Node Buffer copies nothing.
  return { header, payload: new Uint8Array(bytes.subarray(smpHeaderBytes)) };
}

/** The header of the answer to `request`. An undefined version is answered with the newest that is defined. */
export function responseTo(request: SmpHeader): Omit<SmpHeader, 'length'> {
  const { group, sequence, command } = request;
  const version = Math.min(request.version, smpVersion.v2);
  return { op: (request.op & smpOp.write) + 1, version, flags: 0, group, sequence, command };
}

/** True when `response` is the answer to `request`, and not a late answer to an earlier one. */
export function isResponseTo(request: Omit<SmpHeader, 'length'>, response: SmpHeader): boolean {
  return (
    response.op === request.op + 1 &&
    response.group === request.group &&
    response.sequence === request.sequence &&
    response.command === request.command
  );
}

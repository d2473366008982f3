import * as v from 'valibot';
import { ProtocolError } from '../errors.ts';
import { refusal } from '../wire/kind.ts';
import {
  encodeMessage,
  isResponseTo,
  responseTo,
  type SmpFrame,
  type SmpHeader,
  type SmpRequestOp,
  smpOp,
  smpVersion,
} from './header.ts';
import { smpRc } from './numbers.ts';
import { decodePayload, encodePayload, isMap, type SmpPayload } from './payload.ts';
import type { SmpMap } from './payload-reader.ts';

/**
 * One command: where it lives and what it carries. Keys that a schema does not name are ignored when reading, as newer
 * clients may add some, and never written: clients such as `smp` refuse a standard response with a key too many.
 */
export interface SmpCommand<Request extends SmpPayload = SmpPayload, Response extends SmpPayload = SmpPayload> {
  readonly group: number;
  readonly command: number;
  readonly op: SmpRequestOp;
  readonly request: v.GenericSchema<unknown, Request>;
  readonly response: v.GenericSchema<unknown, Response>;
}

/** A refusal as it travels. With `group`, `rc` is that group's number (version 2 only); without, it is an `smpRc`. */
export interface SmpError {
  readonly group?: number;
  readonly rc: number;
  /** In words, where the responder gave any. */
  readonly reason?: string;
}

export type SmpReply<Response> =
  | { readonly ok: true; readonly value: Response }
  | { readonly ok: false; readonly error: SmpError };

const anyNumber = v.pipe(v.number(), v.integer());
const groupError = v.object({ err: v.object({ group: anyNumber, rc: anyNumber }) });
const plainError = v.object({ rc: anyNumber, rsn: v.optional(v.string()) });

/** The header of a request in version 2. `sequence` is 0 to 255. */
export function requestHeader(command: SmpCommand, sequence: number): Omit<SmpHeader, 'length'> {
  return { op: command.op, version: smpVersion.v2, flags: 0, group: command.group, sequence, command: command.command };
}

/** True when `header` asks for this command. */
export function asksFor(command: SmpCommand, header: SmpHeader): boolean {
  return header.group === command.group && header.command === command.command && header.op === command.op;
}

/** A whole request message in version 2. @throws ProtocolError when a field breaks its rule */
export function encodeRequest<Request extends SmpPayload>(
  command: SmpCommand<Request>,
  request: Request,
  sequence: number,
): Uint8Array {
  return encodeMessage(requestHeader(command, sequence), encodePayload(parsed(command.request, request)));
}

/** What a request asks, from its payload. @throws ProtocolError naming the field; answer it with `smpRc.invalid` */
export function decodeRequest<Request extends SmpPayload>(command: SmpCommand<Request>, payload: Uint8Array): Request {
  return parsed(command.request, decodePayload(payload));
}

/** The whole message that grants `request`. @throws ProtocolError when a field breaks its rule */
export function encodeResponse<Response extends SmpPayload>(
  command: SmpCommand<SmpPayload, Response>,
  request: SmpHeader,
  response: Response,
): Uint8Array {
  return encodeMessage(responseTo(request), encodePayload(parsed(command.response, response)));
}

/**
 * The whole message that refuses `request`. Version 1 knows no group errors: there one becomes `smpRc.unknown`. Version 2
 * has no room for words beside a group error.
 */
export function encodeError(request: SmpHeader, error: SmpError): Uint8Array {
  const header = responseTo(request);
  const { group, rc, reason } = error;
  if (group !== undefined && header.version !== smpVersion.v1) {
    return encodeMessage(header, encodePayload({ err: { group, rc } }));
  }
  return encodeMessage(header, encodePayload({ rc: group === undefined ? rc : smpRc.unknown, rsn: reason }));
}

/**
 * What a response says. `rc: 0` beside the values, which old servers send, is no error.
 * @throws ProtocolError when it does not belong to `request` (code `invalid`), or a field breaks its rule
 */
export function decodeResponse<Response extends SmpPayload>(
  command: SmpCommand<SmpPayload, Response>,
  request: Omit<SmpHeader, 'length'>,
  response: SmpFrame,
): SmpReply<Response> {
  if (!isResponseTo(request, response.header)) {
    throw new ProtocolError('invalid', 'answers another request; drop it and go on waiting');
  }
  const payload = decodePayload(response.payload);
  const error = errorIn(payload);
  return error === undefined ? { ok: true, value: parsed(command.response, payload) } : { ok: false, error };
}

function errorIn(payload: SmpMap): SmpError | undefined {
  if (isMap(payload.err)) return parsed(groupError, payload).err;
  if (payload.rc === undefined || payload.rc === smpRc.ok) return undefined;
  const { rc, rsn } = parsed(plainError, payload);
  return rsn === undefined ? { rc } : { rc, reason: rsn };
}

function parsed<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const result = v.safeParse(schema, value, { abortEarly: true, message: refusal('what SMP specifies') });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const absent = issue.type === 'object' && issue.expected?.startsWith('"') === true;
  throw new ProtocolError(absent ? 'missing' : 'invalid', absent ? 'is missing' : issue.message, {
    path: v.getDotPath(issue) ?? '',
  });
}

/** A command that reads. */
export function reading<Request extends SmpPayload, Response extends SmpPayload>(
  address: { readonly group: number; readonly command: number },
  request: v.GenericSchema<unknown, Request>,
  response: v.GenericSchema<unknown, Response>,
): SmpCommand<Request, Response> {
  return { ...address, op: smpOp.read, request, response };
}

/** A command that writes. */
export function writing<Request extends SmpPayload, Response extends SmpPayload>(
  address: { readonly group: number; readonly command: number },
  request: v.GenericSchema<unknown, Request>,
  response: v.GenericSchema<unknown, Response>,
): SmpCommand<Request, Response> {
  return { ...address, op: smpOp.write, request, response };
}

import { isProtocolError } from '../../protocol/errors.ts';
import type { RefusalCode } from '../../protocol/messages/refusal.ts';
import type { PassRole } from '../../protocol/messages/technician-pass.ts';
import {
  decodeRequest,
  encodeError,
  encodeResponse,
  type SmpCommand,
  type SmpError,
} from '../../protocol/smp/command.ts';
import type { SmpFrame } from '../../protocol/smp/header.ts';
import { smpRc } from '../../protocol/smp/numbers.ts';
import type { SmpPayload } from '../../protocol/smp/payload.ts';
import { refusalNumber } from '../../protocol/smp/refusal-number.ts';
import type { Stamp } from '../machine/events.ts';
import type { SmpAddress } from './access.ts';
import type { CableUnit, ServiceAct, Verdict } from './unit.ts';

/** What one request may see and use. */
export interface Exchange {
  readonly unit: CableUnit;
  readonly stamp: Stamp;
  /** Of the open session; `null` without one. */
  readonly role: PassRole | null;
  /** Header and payload of an answer together. */
  readonly messageBytesMax: number;
  /** Writes down that whoever holds the session is about to do something. What came of it is the answer. */
  journal(act: ServiceAct, detail?: string): void;
  /** Writes down what came of it. */
  conclude(refused: Refused | null): void;
}

/** Why a request is not granted. */
export class Refused {
  readonly error: SmpError;
  /** The unit's own word for it, where SMP has none. */
  readonly code: RefusalCode | undefined;

  constructor(error: SmpError, code?: RefusalCode) {
    this.error = error;
    this.code = code;
  }

  /** An answer of SMP itself, with words for people where they help. */
  static plain(rc: number, reason?: string, code?: RefusalCode): Refused {
    return new Refused(reason === undefined ? { rc } : { rc, reason }, code);
  }

  static inGroup(group: number, rc: number): Refused {
    return new Refused({ group, rc });
  }
}

/** One command with what it does. */
export interface Handler {
  readonly address: SmpAddress;
  /** @returns the whole message that answers */
  serve(frame: SmpFrame, exchange: Exchange): Uint8Array;
}

/** @param run gets a request that keeps the rules of its command; what it returns must do so too */
export function handler<Request extends SmpPayload, Response extends SmpPayload>(
  command: SmpCommand<Request, Response>,
  run: (request: Request, exchange: Exchange) => Response | Refused,
): Handler {
  return {
    address: command,
    serve({ header, payload }, exchange) {
      let request: Request;
      try {
        request = decodeRequest(command, payload);
      } catch (error) {
        if (!isProtocolError(error)) throw error;
        return encodeError(header, { rc: smpRc.invalid, reason: error.message });
      }
      const result = run(request, exchange);
      exchange.conclude(result instanceof Refused ? result : null);
      return result instanceof Refused ? encodeError(header, result.error) : encodeResponse(command, header, result);
    },
  };
}

/** The answer of a group of ours to what the unit said. */
export function granted(group: number, verdict: Verdict): Record<string, never> | Refused {
  return verdict === null ? {} : refusedAs(group, verdict);
}

/** Why a group of ours does not do what is asked. */
export function refusedAs(group: number, code: RefusalCode): Refused {
  return new Refused({ group, rc: refusalNumber(code) }, code);
}

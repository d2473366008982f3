import { session } from '../../../protocol/smp/commands/session.ts';
import { ownGroup, sessionRc } from '../../../protocol/smp/numbers.ts';
import type { Stamp } from '../../machine/events.ts';
import { type Handler, handler, Refused } from '../exchange.ts';
import { IDLE_MS_MAX, type Session, type SessionGate } from '../session-gate.ts';

export function sessionHandlers(gate: SessionGate): readonly Handler[] {
  return [
    handler(session.hello, (_, { unit, stamp }) => {
      const { nonce, waitMs } = gate.hello(stamp);
      return { nonce, device: unit.facts().device ?? undefined, wait: Math.ceil(waitMs / 1000) };
    }),
    handler(session.open, ({ pass, proof }, { stamp }) => {
      const opened = gate.open(pass, proof, stamp);
      return typeof opened === 'number' ? Refused.inGroup(ownGroup.session, opened) : told(opened, stamp);
    }),
    handler(session.close, (_, { stamp }) => {
      gate.end('closed', stamp);
      return {};
    }),
    handler(session.who, (_, { stamp }) => {
      const open = gate.current(stamp);
      return open === null ? Refused.inGroup(ownGroup.session, sessionRc.noHello) : told(open, stamp);
    }),
  ];
}

function told({ pass, role, endsMonoMs }: Session, { monoMs }: Stamp) {
  const left = Math.max(0, Math.floor((endsMonoMs - monoMs) / 1000));
  return { pass, role, idle: IDLE_MS_MAX / 1000, left };
}

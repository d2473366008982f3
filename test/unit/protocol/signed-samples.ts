import type { Command, CommandType } from '../../../protocol/messages/command.ts';
import type { ConfigDocument } from '../../../protocol/messages/config.ts';

export const device = 'DK-0042';
export const issuedAt = 1_795_248_000;

export const document: ConfigDocument = {
  version: 7,
  profile: 'roll',
  zone: 'Europe/Copenhagen',
  language: 'da',
  serviceNumber: '+45 70 12 34 56',
  regimen: { slots: [{ id: 'morning', at: '08:00', beforeMinutes: 30, afterMinutes: 60 }] },
};

const common = { id: 12, device, issuedAt, expiresAt: issuedAt + 600 };
const epoch = 3_735_928_559;
const expected = { epoch };
const hash = Uint8Array.from({ length: 32 }, (_, index) => index);

/** One of each, with every field that may be absent. */
export const commands: { readonly [T in CommandType]: Extract<Command, { type: T }> } = {
  openTakeOut: {
    type: 'openTakeOut',
    ...common,
    expected: { epoch, configVersion: 7 },
    doses: 6,
    awayUntil: issuedAt + 172_800,
  },
  pause: { type: 'pause', ...common, expected: { epoch, presence: 'home' } },
  resume: { type: 'resume', ...common, expected: { epoch, presence: 'paused' } },
  extendWindow: {
    type: 'extendWindow',
    ...common,
    expected: { epoch, configVersion: 7 },
    slot: 'morning',
    date: '2026-11-21',
    closesAt: issuedAt + 900,
    minutes: 45,
  },
  silence: { type: 'silence', ...common, expected, minutes: 30 },
  message: {
    type: 'message',
    ...common,
    expected,
    text: 'Husk at drikke, det er varmt i dag – også æblesaft.',
    buttons: ['Ja', 'Ring til mig'],
  },
  selfTest: { type: 'selfTest', ...common, expected, parts: ['lamp', 'radio'] },
  sendLog: { type: 'sendLog', ...common, expected, source: 'trace', since: issuedAt - 3600, bytesMax: 65_536 },
  restart: { type: 'restart', ...common, expected },
  update: {
    type: 'update',
    ...common,
    expected: { epoch, firmware: '0.1.0' },
    image: hash,
    imageBytes: 31_457_280,
    firmware: '0.2.0',
  },
};

export const commandTypes = Object.keys(commands) as readonly CommandType[];

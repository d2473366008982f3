import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type CborMap, type CborValue, decode, encode } from '../../../protocol/cbor.ts';
import { isCoseError } from '../../../protocol/cose/errors.ts';
import { sign1 } from '../../../protocol/cose/sign1.ts';
import { isProtocolError } from '../../../protocol/errors.ts';
import { type Command, type CommandType, decodeCommand, encodeCommand } from '../../../protocol/messages/command.ts';
import { refusalFrom } from '../../../protocol/messages/refusal.ts';
import {
  type CommandedUnit,
  openCommand,
  signCommand,
  signedCommandType,
  whyNotObeyed,
} from '../../../protocol/messages/signed-command.ts';
import { signConfig } from '../../../protocol/messages/signed-config.ts';
import {
  clockSkewSecondsMax,
  commandBytesMax,
  commandLimits,
  commandSecondsMax,
} from '../../../protocol/messages/signed-limits.ts';
import { commands, commandTypes, device, document, issuedAt } from './signed-samples.ts';
import { centre, coseRefusalOf, forger, sha256, trust } from './signing.ts';
import { refusalOf } from './thrown.ts';

const open = (bytes: Uint8Array) => openCommand(bytes, trust, sha256);
const each = commandTypes.map((type) => [type, commands[type] as Command] as const);
const wireOf = (type: CommandType) => decode(encodeCommand(commands[type]), commandLimits) as CborMap;
const set = (map: CborMap, key: number, value: CborValue): CborMap =>
  new Map([...map, [key, value]] as [number, CborValue][]);
/** What a centre that does not check would sign. */
const signWire = (wire: CborMap) => sign1(encode(wire, commandLimits), signedCommandType, centre);

/** Wrong values at a key of a command, or at a key of its `expected`. */
type Wrong = readonly [path: string, key: number, values: readonly CborValue[]];

const wrongEverywhere: readonly Wrong[] = [
  ['type', 0, [0, 11, 'pause', null]],
  ['id', 1, [0, -1, '12', true]],
  ['device', 2, ['ab', 'a'.repeat(33), 'DK/0042', '-abc', 42]],
  ['issuedAt', 3, [-1, 'now', null]],
  ['expiresAt', 4, [-1, issuedAt, issuedAt - 1, issuedAt + commandSecondsMax + 1, 0xffff_ffff]],
  ['expected', 5, [0, [], null]],
];
const epoch: Wrong = ['expected.epoch', 1, [-1, 'x', null]];
const configVersion: Wrong = ['expected.configVersion', 2, [0, -1, '7']];
const presence: Wrong = ['expected.presence', 3, [3, -1, 'home']];
const firmware: Wrong = ['expected.firmware', 4, ['', 'a'.repeat(33), 'a b', 1]];

const wrongByType: {
  readonly [T in CommandType]: { readonly own: readonly Wrong[]; readonly expected: readonly Wrong[] };
} = {
  openTakeOut: {
    own: [
      ['doses', 8, [0, 201, '6']],
      ['awayUntil', 9, [-1, null]],
    ],
    expected: [epoch, configVersion],
  },
  pause: { own: [], expected: [epoch, presence] },
  resume: { own: [], expected: [epoch, presence] },
  extendWindow: {
    own: [
      ['slot', 8, ['Morning', '', 'a'.repeat(13), 1]],
      ['date', 9, [-1, 65_536, '2026-11-21']],
      ['closesAt', 10, [-1, null]],
      ['minutes', 11, [0, 721, -1]],
    ],
    expected: [epoch, configVersion],
  },
  silence: { own: [['minutes', 8, [0, 121, null]]], expected: [epoch] },
  message: {
    own: [
      ['text', 8, ['', ' ', 'a'.repeat(161), 'two\nlines', 'turned \u202e', 'tag \u0007', 1]],
      ['text', 8, ['Ring til 010150-1234', '0101501234', 'x 311299 0000 y']],
      ['buttons', 9, [[], ['a', 'b', 'c', 'd'], 'Ja']],
      ['buttons.0', 9, [['', 'b'], ['a'.repeat(17)], ['010150-1234'], [1]]],
    ],
    expected: [epoch],
  },
  selfTest: { own: [['parts', 8, [0, 1024, []]]], expected: [epoch] },
  sendLog: {
    own: [
      ['source', 8, [2, 'log']],
      ['since', 9, [-1, '0']],
      ['bytesMax', 10, [0, 1_048_577]],
    ],
    expected: [epoch],
  },
  restart: { own: [], expected: [epoch] },
  update: {
    own: [
      ['image', 8, [new Uint8Array(31), new Uint8Array(33), 'hash']],
      ['imageBytes', 9, [0, 268_435_457]],
      ['firmware', 10, ['', 'a'.repeat(33)]],
    ],
    expected: [epoch, firmware],
  },
};

const wrongWires = commandTypes.flatMap((type) => {
  const wire = wireOf(type);
  const { own, expected } = wrongByType[type];
  const inner = wire.get(5) as CborMap;
  const outside = [...wrongEverywhere, ...own].flatMap(([path, key, values]) =>
    values.map((value) => ({ type, path, wire: set(wire, key, value) })),
  );
  const inside = expected.flatMap(([path, key, values]) =>
    values.map((value) => ({ type, path, wire: set(wire, 5, set(inner, key, value)) })),
  );
  return [...outside, ...inside];
});

describe('signCommand and openCommand', () => {
  it.each(each)('bring %s back, with the hash of what was signed', (_type, command) => {
    expect(open(signCommand(command, centre))).toEqual({ command, hash: sha256(encodeCommand(command)) });
  });

  it('make the expected state a matter of the type', () => {
    type Expected<T extends CommandType> = Extract<Command, { type: T }>['expected'];
    expectTypeOf<Expected<'restart'>>().toEqualTypeOf<{ readonly epoch: number }>();
    expectTypeOf<Expected<'update'>>().toEqualTypeOf<{ readonly epoch: number; readonly firmware: string }>();
    expectTypeOf<Expected<'extendWindow'>>().toEqualTypeOf<{
      readonly epoch: number;
      readonly configVersion: number;
    }>();
  });

  it('carry the longest message with all its buttons', () => {
    const long = {
      ...commands.message,
      id: 0xffff_ffff,
      device: 'a'.repeat(32),
      text: '😀'.repeat(160),
      buttons: Array.from({ length: 3 }, () => '😀'.repeat(16)),
    };
    expect(open(signCommand(long, centre)).command).toEqual(long);
    expect(encodeCommand(long).length).toBeLessThanOrEqual(commandBytesMax);
  });

  it.each(['Ring 70 12 34 56', 'Ring +4570123456', 'Klokken 09:00 den 21-11-2026', 'nr. 12345678901', '320150-1234'])(
    'carry %j, which is no citizen number',
    (text) => {
      expect(() => signCommand({ ...commands.message, text }, centre)).not.toThrow();
    },
  );

  it('refuse to sign what no unit would take', () => {
    expect(refusalOf(() => signCommand({ ...commands.silence, minutes: 121 }, centre)).path).toBe('minutes');
    expect(refusalOf(() => signCommand({ ...commands.pause, expiresAt: issuedAt }, centre)).message).toBe(
      'expiresAt must be 1 to 1209600 seconds after issuedAt (1795248000), not 1795248000.',
    );
  });
});

describe('openCommand', () => {
  it.each(wrongWires)('names $path of $type when it is wrong, although the centre signed it (%#)', ({ path, wire }) => {
    const refusal = refusalOf(() => open(signWire(wire)));
    expect(refusalFrom(refusal)).toEqual({ path, code: path === 'type' ? 'unknown-type' : 'invalid' });
  });

  it.each(commandTypes)('looks at every field of %s', (type) => {
    const { own, expected } = wrongByType[type];
    const known = new Set([...wrongEverywhere, ...own].map(([, key]) => key));
    expect([...wireOf(type).keys()].filter((key) => !known.has(Number(key)))).toEqual([]);
    const inside = new Set(expected.map(([, key]) => key));
    expect([...(wireOf(type).get(5) as CborMap).keys()].filter((key) => !inside.has(Number(key)))).toEqual([]);
  });

  it.each(commandTypes)('refuses %s with something more in it', (type) => {
    const wire = wireOf(type);
    expect(refusalOf(() => open(signWire(set(wire, 30, 1))))).toMatchObject({ code: 'unknown-key', path: '' });
    const inner = set(wire.get(5) as CborMap, 30, 1);
    expect(refusalOf(() => open(signWire(set(wire, 5, inner))))).toMatchObject({
      code: 'unknown-key',
      path: 'expected',
    });
  });

  it.each(commandTypes)('refuses %s without one of its common fields', (type) => {
    for (const [path, key] of wrongEverywhere.slice(1)) {
      const wire = new Map([...wireOf(type)].filter(([found]) => found !== key));
      expect(refusalOf(() => open(signWire(wire)))).toMatchObject({ code: 'missing', path });
    }
  });

  it.each(each)('refuses %s with any of its bytes changed', (_type, command) => {
    const signed = signCommand(command, centre);
    for (let at = 0; at < signed.length; at += 1) {
      for (const flip of [1, 128, 255]) {
        expect(() => open(signed.with(at, (signed[at] ?? 0) ^ flip))).toThrow(/^The signed document /);
      }
    }
  });

  it('takes no configuration for a command, and no stranger for the centre', () => {
    const config = signConfig({ device, issuedAt, document }, centre);
    expect(coseRefusalOf(() => open(config)).code).toBe('wrong-content-type');
    expect(coseRefusalOf(() => open(signCommand(commands.restart, forger))).code).toBe('bad-signature');
  });

  it('never ends otherwise than with a command or a refusal, whatever was signed', () => {
    const message = encodeCommand(commands.message);
    const mutated = fc.tuple(fc.nat(message.length - 1), fc.nat(255)).map(([at, byte]) => message.with(at, byte));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 200 }), mutated), (payload) => {
        try {
          const { command } = open(sign1(payload, signedCommandType, centre));
          expect(decodeCommand(encodeCommand(command))).toEqual(command);
        } catch (error) {
          if (!isProtocolError(error) && !isCoseError(error)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('whyNotObeyed', () => {
  const unit: CommandedUnit = {
    device,
    epoch: 3_735_928_559,
    configVersion: 7,
    presence: 'home',
    firmware: '0.1.0',
    now: issuedAt + 5,
    forgottenThrough: 11,
  };
  const atPause: CommandedUnit = { ...unit, presence: 'paused' };

  it.each(each)('has nothing against %s from the centre, in time and in the state it expects', (type, command) => {
    expect(whyNotObeyed(command, type === 'resume' ? atPause : unit)).toBeNull();
  });

  it.each([
    ['for another unit', commands.restart, { device: 'DK-0043' }, 'device', 'another-device'],
    ['from before the storage was lost', commands.restart, { epoch: 1 }, 'expected.epoch', 'state-mismatch'],
    ['that was obeyed and forgotten', commands.restart, { forgottenThrough: 12 }, 'id', 'replayed'],
    ['older than what was forgotten', commands.restart, { forgottenThrough: 400 }, 'id', 'replayed'],
    ['that has expired', commands.restart, { now: issuedAt + 600 }, 'expiresAt', 'expired'],
    ['that expired long ago', commands.restart, { now: 0xffff_ffff }, 'expiresAt', 'expired'],
    ['when the time is in doubt', commands.restart, { now: null }, 'expiresAt', 'time-suspect'],
    ['from the future', commands.restart, { now: issuedAt - clockSkewSecondsMax - 1 }, 'issuedAt', 'not-yet-issued'],
    [
      'of an older configuration',
      commands.openTakeOut,
      { configVersion: 8 },
      'expected.configVersion',
      'state-mismatch',
    ],
    [
      'that expects an older regimen',
      commands.extendWindow,
      { configVersion: 6 },
      'expected.configVersion',
      'state-mismatch',
    ],
    ['to pause what is paused', commands.pause, { presence: 'paused' }, 'expected.presence', 'state-mismatch'],
    ['to resume what runs', commands.resume, {}, 'expected.presence', 'state-mismatch'],
    ['to replace other firmware', commands.update, { firmware: '0.1.1' }, 'expected.firmware', 'state-mismatch'],
  ] as const)('refuses a command %s', (_title, command, change, path, code) => {
    expect(whyNotObeyed(command, { ...unit, ...change })).toEqual({ path, code });
  });

  it('counts time to the second', () => {
    expect(whyNotObeyed(commands.restart, { ...unit, now: issuedAt + 599 })).toBeNull();
    expect(whyNotObeyed(commands.restart, { ...unit, now: issuedAt - clockSkewSecondsMax })).toBeNull();
  });
});

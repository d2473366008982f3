import { describe, expect, it } from 'vitest';
import { accessTable, addressText, isAllowed } from '../../../../firmware/service/access.ts';
import { type PassRole, passRoles } from '../../../../protocol/messages/technician-pass.ts';
import type { SmpCommand } from '../../../../protocol/smp/command.ts';
import { enumeration } from '../../../../protocol/smp/commands/enumeration.ts';
import { fault } from '../../../../protocol/smp/commands/fault.ts';
import { filling } from '../../../../protocol/smp/commands/filling.ts';
import { fs } from '../../../../protocol/smp/commands/fs.ts';
import { handover } from '../../../../protocol/smp/commands/handover.ts';
import { history } from '../../../../protocol/smp/commands/history.ts';
import { image } from '../../../../protocol/smp/commands/image.ts';
import { os } from '../../../../protocol/smp/commands/os.ts';
import { provisioning } from '../../../../protocol/smp/commands/provisioning.ts';
import { selfTest } from '../../../../protocol/smp/commands/self-test.ts';
import { session } from '../../../../protocol/smp/commands/session.ts';
import { settings } from '../../../../protocol/smp/commands/settings.ts';
import { stat } from '../../../../protocol/smp/commands/stat.ts';
import { tag } from '../../../../protocol/smp/commands/tag.ts';
import { encodeMessage, smpOp } from '../../../../protocol/smp/header.ts';
import { smpRc } from '../../../../protocol/smp/numbers.ts';
import { decodePayload, encodePayload, type SmpPayload } from '../../../../protocol/smp/payload.ts';
import { encodeSerial } from '../../../../protocol/smp/serial-encoder.ts';
import { RecoveryBench } from '../recovery/recovery-bench.ts';
import { Bench } from './bench.ts';

const groups = {
  os,
  image,
  stat,
  settings,
  fs,
  enumeration,
  session,
  provisioning,
  selfTest,
  fault,
  filling,
  history,
  handover,
  tag,
} as const;
const sha = Uint8Array.from({ length: 32 }, (_, index) => index);

/** A request for each command that would do something if it were let through. */
const requests: Readonly<Record<string, SmpPayload>> = {
  'os.echo': { d: 'hi' },
  'os.echoRead': { d: 'hi' },
  'os.setDatetime': { datetime: '2026-12-01T08:00:00Z' },
  'image.setState': { confirm: true },
  'image.upload': { off: 0, len: 100, sha, data: Uint8Array.of(1) },
  'stat.data': { name: 'doses' },
  'settings.read': { name: 'config/document' },
  'settings.write': { name: 'config/document', val: Uint8Array.of(1) },
  'settings.remove': { name: 'config/document' },
  'fs.download': { name: '/log', off: 0 },
  'fs.upload': { name: '/log', off: 0, len: 1, data: Uint8Array.of(1) },
  'fs.status': { name: '/log' },
  'fs.hash': { name: '/log' },
  'session.open': { pass: Uint8Array.of(1), proof: new Uint8Array(64) },
  'provisioning.provision': { enrolment: Uint8Array.of(1) },
  'selfTest.run': { part: 'lamp' },
  'fault.settle': { slot: 'morning', date: '2026-11-21', fate: 'missed' },
  'filling.load': { roll: 'A', sachets: [['morning', '2026-11-21'], true, null] },
  'filling.rolls': { roll: 'A' },
  'history.records': { after: 0 },
  'handover.give': { heir: Uint8Array.of(1), believes: [Uint8Array.of(2)] },
  'handover.read': { off: 0 },
  'handover.take': { off: 0, data: Uint8Array.of(1), len: 1 },
};

const known = Object.entries(groups).flatMap(([group, commands]) =>
  Object.entries<unknown>(commands).map(([name, command]) => [`${group}.${name}`, command as SmpCommand] as const),
);
/** Specified by SMP, and left out here: nothing is kept in a second storage. */
const absent = ['settings.load', 'settings.save'];
const commands = known.filter(([name]) => !absent.includes(name));

const open = [
  'os.echo',
  'os.echoRead',
  'os.params',
  'os.info',
  'os.bootloader',
  'enumeration.count',
  'enumeration.list',
  'enumeration.single',
  'enumeration.details',
  'session.hello',
  'session.open',
  'provisioning.state',
  'fault.list',
];
const byRole: Readonly<Record<PassRole, readonly string[]>> = {
  reader: [
    'os.datetime',
    'image.state',
    'image.slotInfo',
    'stat.data',
    'stat.list',
    'settings.read',
    'fs.download',
    'fs.status',
    'fs.hash',
    'fs.hashTypes',
    'fs.close',
    'session.close',
    'session.who',
    'selfTest.parts',
    'selfTest.report',
    'history.records',
    'filling.rolls',
    'handover.read',
    'tag.state',
  ],
  filler: ['fault.doubts', 'fault.settle', 'filling.load', 'filling.binEmptied'],
  technician: [
    'os.setDatetime',
    'os.reset',
    'image.setState',
    'image.upload',
    'image.erase',
    'settings.write',
    'settings.remove',
    'settings.commit',
    'fs.upload',
    'provisioning.provision',
    'selfTest.run',
    'fault.repaired',
    'handover.give',
    'handover.take',
    'tag.pair',
    'tag.forget',
  ],
};
const expectedFor = (role: PassRole | null): readonly string[] => {
  if (role === null) return open;
  const lower = { reader: [], filler: byRole.reader, technician: [...byRole.reader, ...byRole.filler] }[role];
  return [...open, ...lower, ...byRole[role]];
};

/** What becomes of one command, sent as it travels. */
function rcOf(bench: Bench, name: string, command: SmpCommand): unknown {
  const header = { op: command.op, version: 1, flags: 0, group: command.group, sequence: 1, command: command.command };
  const [answer] = bench.raw(encodeSerial(encodeMessage(header, encodePayload(requests[name] ?? {}))));
  return decodePayload(answer?.payload ?? new Uint8Array()).rc;
}
const isOpen = (bench: Bench) => (name: string, command: SmpCommand) =>
  rcOf(bench, name, command) !== smpRc.accessDenied;

const visitor = (role: PassRole | null, change: (bench: Bench) => void = () => undefined) => {
  const bench = new Bench();
  change(bench);
  if (role !== null) expect(bench.open({ role }).ok).toBe(true);
  return bench;
};

describe('the table of who may what', () => {
  it('names every command of the protocol once, or it is left out on purpose', () => {
    const rows = accessTable.map(([address]) => addressText(address));
    expect(new Set(rows).size).toBe(rows.length);
    expect([...rows].sort()).toEqual(commands.map(([, command]) => addressText(command)).sort());
  });

  it.each([null, ...passRoles])('opens to %s what it says, and nothing else', (role) => {
    // A new unit for each: a close must not shut out what comes after it.
    const opened = commands.filter(([name, command]) => isOpen(visitor(role))(name, command));
    expect(opened.map(([name]) => name).sort()).toEqual([...expectedFor(role)].sort());
  });

  it('keeps everything shut to a command that it does not name', () => {
    expect(
      isAllowed({ group: 64, command: 99, op: smpOp.write }, 'technician', { phase: 'unprovisioned', device: null }),
    ).toBe(false);
  });

  it.each(commands.filter(([name]) => !open.includes(name)))(
    'does nothing for a %s without a session',
    (name, command) => {
      const bench = visitor(null);
      expect(rcOf(bench, name, command)).toBe(smpRc.accessDenied);
      expect([bench.unit.deeds, bench.unit.entries, bench.unit.images.images().length]).toEqual([[], [], 1]);
    },
  );

  it('lets anybody provision and restart a unit that is nobody’s yet, pair its tag, see its images, and nothing more', () => {
    const bench = visitor(null, ({ unit }) => {
      unit.state = { ...unit.state, phase: 'unprovisioned', device: null };
    });
    const opened = commands.filter(([name, command]) => isOpen(bench)(name, command)).map(([name]) => name);
    const first = ['provisioning.provision', 'os.reset', 'image.state', 'tag.state', 'tag.pair', 'tag.forget'];
    expect(opened.sort()).toEqual([...open, ...first].sort());
    const deeds = [{ restart: false }, { enrolment: 1 }, { pairTag: null }, { forgetTag: true }];
    expect(bench.unit.deeds).toEqual(deeds);
  });

  it('keeps a locked-down unit as shut as a running one', () => {
    const bench = visitor(null, ({ unit }) => {
      unit.state = { ...unit.state, phase: 'lockedDown' };
    });
    const opened = commands.filter(([name, command]) => isOpen(bench)(name, command)).map(([name]) => name);
    expect(opened.sort()).toEqual([...open].sort());
  });
});

describe('a unit without firmware', () => {
  const served = [
    ...[...open, 'session.close', 'session.who', 'settings.read', 'os.reset'],
    ...['image.state', 'image.slotInfo', 'image.setState', 'image.upload', 'image.erase'],
  ];
  const broken = (role: PassRole | null, device: string | null) => {
    const bench = new RecoveryBench();
    if (device === null) bench.vault.erase('enrolment');
    bench.begin();
    if (role !== null) expect(bench.open({ role }).ok).toBe(true);
    return bench;
  };
  const servedTo = (role: PassRole | null, device: string | null) =>
    commands
      .filter(([name, command]) => {
        const rc = rcOf(broken(role, device), name, command);
        return rc !== smpRc.accessDenied && rc !== smpRc.notSupported;
      })
      .map(([name]) => name);

  it('serves what a technician needs to put firmware in, and nothing else', () => {
    expect(servedTo('technician', 'DK-0042').sort()).toEqual([...served].sort());
    const { groups: counted } = broken(null, 'DK-0042').granted(enumeration.list, {});
    expect([...counted]).toEqual([0, 1, 3, 10, 64, 65, 67]);
  });

  it('says of the rest that it knows nothing of it, whoever asks', () => {
    const rest = commands.filter(([name]) => !served.includes(name));
    for (const [role, device] of [
      [null, null],
      [null, 'DK-0042'],
      ['technician', 'DK-0042'],
    ] as const) {
      const answers = rest.map(([name, command]) => rcOf(broken(role, device), name, command));
      expect(new Set(answers)).toEqual(new Set([smpRc.notSupported]));
    }
  });

  it('opens to others what it always does', () => {
    expect(servedTo(null, 'DK-0042').sort()).toEqual([...open].sort());
    const toReader = served.filter((name) => expectedFor('reader').includes(name));
    expect(servedTo('reader', 'DK-0042').sort()).toEqual([...toReader].sort());
  });

  it('takes firmware from anybody when nobody can say whose unit it is', () => {
    expect(servedTo(null, null).sort()).toEqual([...served].sort());
  });
});

describe('whoever holds the cable, a technician too', () => {
  it('causes no event but those that say what people did with their hands', () => {
    const bench = visitor('technician');
    for (const [name, command] of commands.filter(([name]) => name !== 'session.close')) rcOf(bench, name, command);
    const events = bench.unit.deeds.filter((deed) => typeof deed === 'object' && deed !== null && 'type' in deed);
    const types = events.map((event) => (event as { type: string }).type);
    expect(types.sort()).toEqual(['bin.emptied', 'fault.repaired', 'stock.loaded', 'uncertainty.settled']);
  });

  it('leaves a line in the journal, with the pass, before each thing that is done', () => {
    const changing = [...byRole.filler, ...byRole.technician].filter(
      (name) => !['fault.doubts', 'settings.remove', 'settings.commit', 'fs.upload', 'os.setDatetime'].includes(name),
    );
    for (const [name, command] of commands.filter(([name]) => changing.includes(name))) {
      const bench = visitor('technician');
      const before = bench.unit.entries.length;
      rcOf(bench, name, command);
      expect([name, bench.unit.entries[before]]).toEqual([
        name,
        { act: expect.any(String), pass: 'T-17', role: 'technician', detail: expect.any(String) },
      ]);
    }
  });

  it('does nothing that could not be written down first', () => {
    const changing = [...byRole.filler, ...byRole.technician].filter(
      (name) => !['fault.doubts', 'settings.remove', 'settings.commit', 'fs.upload', 'os.setDatetime'].includes(name),
    );
    for (const [name, command] of commands.filter(([name]) => changing.includes(name))) {
      const bench = visitor('technician');
      bench.unit.journal = () => {
        throw new Error('The disk is full.');
      };
      expect([name, rcOf(bench, name, command), bench.unit.deeds]).toEqual([name, smpRc.unknown, []]);
    }
  });
});

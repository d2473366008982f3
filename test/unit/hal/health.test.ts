import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { IN_PLACE } from '../../../firmware/domain/placement.ts';
import type { Finding } from '../../../hal/linux/health/finding.ts';
import { withHealth } from '../../../hal/linux/health/health-sensors.ts';
import { judgeBatteries, readPower } from '../../../hal/linux/health/power.ts';
import { withPower } from '../../../hal/linux/health/power-sensors.ts';
import { judgeStorage } from '../../../hal/linux/health/storage.ts';
import { judgeHeat } from '../../../hal/linux/health/thermal.ts';
import { watchHealth } from '../../../hal/linux/health/watch-health.ts';
import type { Power, SensorEvent, Sensors } from '../../../hal/ports/sensors.ts';
import { alarmCodes } from '../../../protocol/messages/alarm.ts';

/** A folder of the kernel's: each attribute a file. */
function layOut(attributes: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-sysfs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  write(folder, attributes);
  return folder;
}

function write(folder: string, attributes: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(attributes)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${text}\n`);
  }
}

const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code);

describe('the power of a board', () => {
  const battery = { 'bat/type': 'Battery', 'bat/capacity': '57', 'bat/status': 'Discharging' };

  it.each<[string, Record<string, string>, Power | undefined]>([
    [
      'mains, with the plug in',
      { ...battery, 'ac/type': 'Mains', 'ac/online': '1' },
      { source: 'mains', batteryPercent: 57 },
    ],
    [
      'battery, with the plug out',
      { ...battery, 'ac/type': 'Mains', 'ac/online': '0' },
      { source: 'battery', batteryPercent: 57 },
    ],
    [
      'mains, by a USB plug',
      { ...battery, 'usb/type': 'USB', 'usb/online': '1' },
      { source: 'mains', batteryPercent: 57 },
    ],
    ['battery, where only the battery tells', battery, { source: 'battery', batteryPercent: 57 }],
    [
      'mains, where the battery charges',
      { ...battery, 'bat/status': 'Charging' },
      { source: 'mains', batteryPercent: 57 },
    ],
    [
      'that of a UPS, by its energy',
      { 'u/type': 'UPS', 'u/status': 'Discharging', 'u/energy_now': '30', 'u/energy_full': '40' },
      { source: 'battery', batteryPercent: 75 },
    ],
    [
      'a rough level, where no more is known',
      { 'b/type': 'Battery', 'b/status': 'Full', 'b/capacity_level': 'Full' },
      { source: 'mains', batteryPercent: 100 },
    ],
    [
      'nothing left, with the battery out',
      { ...battery, 'bat/present': '0', 'ac/type': 'Mains', 'ac/online': '1' },
      { source: 'mains', batteryPercent: 0 },
    ],
    [
      'the emptier of two batteries',
      { ...battery, 'bat2/type': 'Battery', 'bat2/capacity': '12' },
      { source: 'battery', batteryPercent: 12 },
    ],
    ['not known, without a battery', { 'ac/type': 'Mains', 'ac/online': '1' }, undefined],
    [
      'not known from the battery of a mouse',
      { 'm/type': 'Battery', 'm/scope': 'Device', 'm/capacity': '80' },
      undefined,
    ],
    ['not known from a driver that refuses', { 'bat/type': 'Battery', 'bat/capacity': 'garbage' }, undefined],
  ])('is %s', (_case, attributes, power) => {
    expect(readPower(layOut(attributes))).toEqual(power);
  });

  it('is not known where the kernel has no such folder', () => {
    expect(readPower('/nowhere')).toBeUndefined();
    expect(judgeBatteries('/nowhere')).toEqual([]);
  });

  it('comes with a finding for a battery that is worn out or dead, and none for a sound one', () => {
    const sound = { ...battery, 'bat/charge_full': '900', 'bat/charge_full_design': '1000', 'bat/health': 'Good' };
    expect(judgeBatteries(layOut(sound))).toEqual([]);
    expect(codes(judgeBatteries(layOut({ ...sound, 'bat/charge_full': '400' })))).toEqual(['battery-worn']);
    expect(codes(judgeBatteries(layOut({ ...sound, 'bat/health': 'Dead' })))).toEqual(['battery-worn']);
  });
});

describe('a board’s sensors with the kernel’s battery', () => {
  const build = (attributes: Record<string, string>) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const folder = layOut(attributes);
    const told: SensorEvent[] = [];
    const logged: string[] = [];
    let fromBoard: (event: SensorEvent) => void = () => undefined;
    const board: Sensors = {
      listen: (listener) => {
        fromBoard = listener;
      },
      power: () => ({ source: 'battery', batteryPercent: 1 }),
      door: () => 'closed',
      placement: () => IN_PLACE,
    };
    const log = { write: (level: string, text: string) => void logged.push(`${level} ${text}`) };
    const sensors = withPower(board, { log, folder });
    onTestFinished(() => sensors.close());
    sensors.listen((event) => told.push(event));
    return { folder, sensors, told, logged, tell: (event: SensorEvent) => fromBoard(event) };
  };
  afterEach(() => {
    vi.useRealTimers();
  });

  const plugged = { 'bat/type': 'Battery', 'bat/capacity': '80', 'ac/type': 'Mains', 'ac/online': '1' };
  const looked = () => vi.advanceTimersByTime(2_000);
  const changed = (source: Power['source'], batteryPercent: number) => ({
    type: 'power.changed',
    power: { source, batteryPercent },
  });

  it('tell a pulled plug and every percent lost, and no wavering', () => {
    const { folder, sensors, told, tell } = build(plugged);
    expect(sensors.power()).toEqual({ source: 'mains', batteryPercent: 80 });
    looked();
    write(folder, { 'ac/online': '0' });
    looked();
    write(folder, { 'bat/capacity': '79' });
    looked();
    write(folder, { 'bat/capacity': '80' });
    looked();
    tell({ type: 'power.changed', power: { source: 'battery', batteryPercent: 1 } });
    tell({ type: 'button.pressed' });
    expect(told).toEqual([changed('battery', 80), changed('battery', 79), { type: 'button.pressed' }]);
    expect(sensors.power()).toEqual({ source: 'battery', batteryPercent: 79 });
  });

  it('believe what a battery told last when it stops telling, and say so once', () => {
    const { folder, sensors, told, logged } = build(plugged);
    rmSync(join(folder, 'bat'), { recursive: true });
    looked();
    looked();
    expect(sensors.power()).toEqual({ source: 'mains', batteryPercent: 80 });
    write(folder, { 'bat/type': 'Battery', 'bat/capacity': '80' });
    looked();
    expect(told).toEqual([]);
    expect(logged).toEqual([expect.stringContaining('does not tell its charge'), expect.stringContaining('again')]);
  });

  it('are the board’s own where the kernel knows no battery', () => {
    const { sensors, told, tell } = build({});
    expect(sensors.power()).toEqual({ source: 'battery', batteryPercent: 1 });
    tell({ type: 'power.changed', power: { source: 'mains', batteryPercent: 50 } });
    looked();
    expect(told).toEqual([changed('mains', 50)]);
  });
});

describe('the heat of a board', () => {
  it('is too much within ten degrees of where the kernel switches off, else from 80 °C', () => {
    const trips = {
      'z/trip_point_0_type': 'passive',
      'z/trip_point_0_temp': '60000',
      'z/trip_point_1_type': 'critical',
    };
    const at = (milli: string) =>
      layOut({ 'z/type': 'cpu', 'z/temp': milli, ...trips, 'z/trip_point_1_temp': '110000' });
    expect(judgeHeat(at('99900'))).toEqual([]);
    expect(judgeHeat(at('100000'))).toEqual([{ code: 'overheated', says: 'cpu is at 100 °C.' }]);
    expect(codes(judgeHeat(layOut({ 'z/temp': '79999' })))).toEqual([]);
    expect(codes(judgeHeat(layOut({ 'z/temp': '80000' })))).toEqual(['overheated']);
  });

  it('is not told by a sensor that is broken or refuses', () => {
    for (const temp of ['-274000', '999000', 'garbage', '']) expect(judgeHeat(layOut({ 'z/temp': temp }))).toEqual([]);
    expect(judgeHeat('/nowhere')).toEqual([]);
  });
});

describe('the storage of a board', () => {
  const roomy = () => ({ freeBytes: 4e9, bytes: 16e9 });
  const judge = (attributes: Record<string, string>, space = roomy, folder = '/var/lib/dosis') => {
    const root = layOut(attributes);
    return judgeStorage({ folder, mounts: join(root, 'mounts'), disks: join(root, 'block'), space });
  };
  const mounts = (varOptions: string) =>
    [
      '/dev/root / ext4 rw,noatime 0 0',
      `/dev/mmcblk0p3 /var ext4 ${varOptions} 0 0`,
      'tmpfs /var/lib/dos tmpfs ro 0 0',
    ].join('\n');

  it('is sound while its file system can be written, and a fault once the kernel made it read-only', () => {
    expect(judge({ mounts: mounts('rw,errors=remount-ro') })).toEqual([]);
    expect(codes(judge({ mounts: mounts('ro,errors=remount-ro') }))).toEqual(['storage-fault']);
    expect(codes(judge({ mounts: '/dev/sda1 /var/my\\040unit ext4 ro 0 0' }, roomy, '/var/my unit'))).toEqual([
      'storage-fault',
    ]);
    expect(judge({ mounts: '/dev/sda1 / ext4 ro 0 0\n/dev/sda2 / ext4 rw 0 0' })).toEqual([]);
  });

  it('is filling up below 200 MB, or below a twentieth of a large one', () => {
    const of = (freeBytes: number, bytes: number) => () => ({ freeBytes, bytes });
    expect(codes(judge({}, of(200_000_000, 4e9)))).toEqual([]);
    expect(codes(judge({}, of(199_999_999, 4e9)))).toEqual(['storage-filling']);
    expect(codes(judge({}, of(700_000_000, 16e9)))).toEqual(['storage-filling']);
  });

  it('is worn from 80 % of its writes on, or when its spare blocks run out; a card that tells nothing is not', () => {
    const emmc = (life: string, spare: string) => ({
      'block/mmcblk0/device/life_time': life,
      'block/mmcblk0/device/pre_eol_info': spare,
    });
    expect(judge(emmc('0x08 0x01', '0x01'))).toEqual([]);
    expect(judge({ 'block/mmcblk0/device/name': 'SD' })).toEqual([]);
    const [worn] = judge(emmc('0x01 0x09', '0x01'));
    expect(worn).toMatchObject({ code: 'storage-wearing', says: expect.stringMatching(/80–90 % of its writes/) });
    expect(codes(judge(emmc('0x0b 0x0b', '0x03')))).toEqual(['storage-wearing']);
    expect(codes(judge(emmc('0x01 0x01', '0x02')))).toEqual(['storage-wearing']);
  });

  it('is read from this machine’s own kernel', () => {
    expect(codes(judgeStorage({ folder: tmpdir() }))).not.toContain('storage-fault');
    expect(codes(judgeStorage({ folder: '/nowhere/at/all' }))).toContain('storage-fault');
  });
});

describe('the health of a board', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is told and logged when something begins and when it is over, and not in between', () => {
    vi.useFakeTimers();
    let found: readonly Finding[] = [];
    const told: (readonly Finding[])[] = [];
    const logged: string[] = [];
    const log = { write: (level: string, text: string) => void logged.push(`${level} ${text}`) };
    const health = watchHealth({ log, folder: '/', read: () => found, tell: (now) => told.push(now) });
    const hot = (degrees: number): Finding => ({ code: 'overheated', says: `cpu is at ${degrees} °C.` });
    found = [hot(81)];
    vi.advanceTimersByTime(60_000);
    found = [hot(82)];
    vi.advanceTimersByTime(60_000);
    expect(health.findings).toEqual([hot(82)]);
    found = [];
    vi.advanceTimersByTime(60_000);
    health.close();
    expect(told.map(codes)).toEqual([['overheated'], []]);
    expect(logged).toEqual([
      'warning The board needs a technician (overheated): cpu is at 81 °C.',
      'info The board is well again (overheated).',
    ]);
  });

  it('enters the firmware soon after somebody listens, then with what is new at once, and over only when it stays away', () => {
    vi.useFakeTimers();
    let found: readonly Finding[] = [];
    const told: SensorEvent[] = [];
    const board = {
      listen: () => undefined,
      power: () => ({ source: 'mains', batteryPercent: 100 }) as const,
      door: () => 'closed' as const,
      placement: () => IN_PLACE,
    };
    const sensors = withHealth(board, { log: { write: () => undefined }, folder: '/', read: () => found });
    sensors.listen((event) => told.push(event));
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    found = [{ code: 'overheated', says: 'cpu is at 81 °C.' }];
    vi.advanceTimersByTime(60_000);
    for (let wavering = 0; wavering < 20; wavering += 1) {
      found = wavering % 2 === 0 ? [] : [{ code: 'overheated', says: 'cpu is at 80 °C.' }];
      vi.advanceTimersByTime(60_000);
    }
    found = [];
    vi.advanceTimersByTime(60 * 60_000);
    sensors.close();
    expect(told).toEqual([
      { type: 'health.changed', findings: [] },
      { type: 'health.changed', findings: ['overheated'] },
      { type: 'health.changed', findings: [] },
    ]);
  });

  it('names everything by its code in the catalogue', () => {
    const known = ['storage-fault', 'storage-filling', 'storage-wearing', 'overheated', 'battery-worn'] as const;
    const numbered: readonly string[] = alarmCodes;
    expect(known.filter((code) => !numbered.includes(code))).toEqual([]);
  });
});

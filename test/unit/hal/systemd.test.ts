import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RESTART_EXIT_CODE } from '../../../hal/linux/watchdog.ts';

const hal = new URL('../../../hal/linux/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, hal), 'utf8');
const unit = read('systemd/dosis.service');
const display = read('systemd/dosis-display.service');
const setup = read('SETUP.md');
const settingOf = (text: string, key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1];
const noSystemd = spawnSync('systemd-analyze', ['--version']).error !== undefined;

describe('the services of a board', () => {
  it('start the unit anew when it is silent, when it ends, and when it asks for it', () => {
    expect(settingOf(unit, 'Type')).toBe('notify');
    expect(settingOf(unit, 'NotifyAccess')).toBe('all');
    expect(settingOf(unit, 'Restart')).toBe('always');
    expect(settingOf(unit, 'RestartForceExitStatus')).toBe(String(RESTART_EXIT_CODE));
    // The firmware wakes every 30 s at the latest.
    expect(Number(settingOf(unit, 'WatchdogSec'))).toBeGreaterThanOrEqual(60);
  });

  it('show the display on the port that the unit file names, once somebody serves it', async () => {
    const [, script = '', file] = settingOf(display, 'ExecStart')?.split(' ') ?? [];
    expect(file).toBe(/--config (\S+)/.exec(unit)?.[1]);
    const folder = mkdtempSync(join(tmpdir(), 'dosis-display-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'cage'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const unitFile = join(folder, 'unit.yaml');
    writeFileSync(unitFile, read('systemd/unit.yaml').replace(/^display: \d+$/m, `display: ${port} # ours`));
    const run = () => {
      const path = fileURLToPath(new URL(script.replace('/opt/dosis/hal/linux/', ''), hal));
      const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, RUNTIME_DIRECTORY: '/run/dosis-display' };
      return spawnSync('bash', [path, unitFile], { encoding: 'utf8', env });
    };
    expect(run().stdout).toMatch(
      new RegExp(`^-s -- chromium --kiosk .*=/run/dosis-display/profile .* http://127\\.0\\.0\\.1:${port}/\\n$`),
    );
    writeFileSync(unitFile, 'board: reference\n');
    expect(run()).toMatchObject({
      status: Number(settingOf(display, 'RestartPreventExitStatus')),
      stderr: expect.stringContaining(`${unitFile} has no line such as  display: 7210`),
    });
  });

  it('have firmware and loader believe the same keys, and serve the same cable, as the example of a unit file has it', () => {
    const optionIn = (part: string, name: string) => new RegExp(`--${name} (\\S+)`).exec(part)?.[1];
    const [toLoader = '', toFirmware = ''] = unit.replaceAll('\\\n', ' ').split(' -- ');
    expect(optionIn(toFirmware, 'image-key')).toBe(optionIn(toLoader, 'key'));
    expect(optionIn(toFirmware, 'folder')).toBe(optionIn(toLoader, 'folder'));
    expect(read('systemd/unit.yaml')).toContain(`\ncable: ${optionIn(toLoader, 'serial')}\n`);
    expect(setup).toContain(`systemd/unit.yaml ${optionIn(toFirmware, 'config')}`);
  });

  it('keep spoken phrases where the unit may write', () => {
    expect(read('systemd/unit.yaml')).toMatch(
      new RegExp(`^phrases: /var/cache/${settingOf(unit, 'CacheDirectory')}/`, 'm'),
    );
  });

  it.skipIf(noSystemd)('are sound units in the eyes of systemd', () => {
    const paths = ['systemd/dosis.service', 'systemd/dosis-display.service'];
    const files = paths.map((path) => fileURLToPath(new URL(path, hal)));
    const { stderr } = spawnSync('systemd-analyze', ['verify', ...files], { encoding: 'utf8' });
    const found = stderr.split('\n').filter((line) => /dosis(-display)?\.service/.test(line));
    expect(found.filter((line) => !/is not executable: No such file/.test(line))).toEqual([]);
  });

  it('are set up by a page that installs what they start, and names no file that is not there', () => {
    for (const program of ['espeak-ng', 'alsa-utils', 'cage', 'chromium', 'systemd-timesyncd'])
      expect(setup).toContain(program);
    for (const path of ['/etc/dosis/unit.yaml', '/etc/dosis/maker.pub']) {
      expect(unit).toContain(path);
      expect(setup).toContain(path);
    }
    expect(settingOf(unit, 'Documentation')).toBe('file:///opt/dosis/hal/linux/SETUP.md');
    expect(setup.split('\n').length).toBeLessThanOrEqual(61);
  });
});

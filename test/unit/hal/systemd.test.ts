import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RESTART_EXIT_CODE } from '../../../hal/linux/watchdog.ts';

const folder = new URL('../../../hal/linux/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), 'utf8');
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

  it('show the display on the port that the browser waits for', () => {
    const ports = [...display.matchAll(/127\.0\.0\.1[:/](\d+)/g)].map((match) => match[1]);
    expect(new Set(ports)).toEqual(new Set(['7210']));
    expect(read('systemd/unit.yaml')).toContain('\ndisplay: 7210\n');
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
    const files = paths.map((path) => fileURLToPath(new URL(path, folder)));
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

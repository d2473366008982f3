import { describe, expect, it } from 'vitest';
import { TagTrouble, troubleOf } from '../../../../hal/ble/trouble.ts';

const failed = (type: string, message = 'it failed') => Object.assign(new Error(message), { type });

describe('what a failure of Bluetooth means', () => {
  it.each([
    ['org.freedesktop.DBus.Error.ServiceUnknown', 'service', 'systemctl enable --now bluetooth'],
    ['org.freedesktop.DBus.Error.NoReply', 'service', 'systemctl enable --now bluetooth'],
    ['org.freedesktop.DBus.Error.AccessDenied', 'service', 'group bluetooth'],
    ['org.bluez.Error.NotReady', 'adapter', 'bluetoothctl power on'],
    ['org.bluez.Error.Failed', 'range', 'it failed'],
    ['org.freedesktop.DBus.Error.UnknownObject', 'range', 'it failed'],
    ['org.freedesktop.DBus.Error.LimitsExceeded', 'unknown', 'it failed'],
  ])('%s is a matter of the %s', (type, kind, says) => {
    const trouble = troubleOf(failed(type));
    expect(trouble.kind).toBe(kind);
    expect(trouble.message).toContain(says);
    expect(trouble.cause).toBeInstanceOf(Error);
  });

  it('knows an adapter that is off by the reason BlueZ gives for a failed connection', () => {
    expect(troubleOf(failed('org.bluez.Error.Failed', 'le-connection-adapter-not-powered')).kind).toBe('adapter');
  });

  it('names what nobody foresaw, also when it is no D-Bus error', () => {
    expect(troubleOf(new TypeError('x is not a function'))).toMatchObject({ kind: 'unknown', isOurs: false });
  });

  it('leaves what was already understood as it is', () => {
    const trouble = new TagTrouble('bus', 'gone');
    expect(troubleOf(trouble)).toBe(trouble);
    expect(trouble.isOurs).toBe(true);
  });
});

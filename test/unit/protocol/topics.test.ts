import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channels, filterOf, isDeviceId, parseTopic, topicOf } from '../../../protocol/topics.ts';
import { refusalOf } from './thrown.ts';

describe('topics', () => {
  it('name a device and a channel, and are read back', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9-]{2,31}$/),
        fc.constantFrom(...channels),
        (device, channel) => {
          expect(parseTopic(topicOf(device, channel))).toEqual({ device, channel });
        },
      ),
    );
    expect(topicOf('DK-0042', 'up/event')).toBe('d/DK-0042/up/event');
    expect(filterOf('up/state')).toBe('d/+/up/state');
  });

  it.each(['', 'ab', '-abc', 'a'.repeat(33), 'a+b', 'a#b', 'a/b', 'a%b', 'a b', 'abc\n', 'blåbær', '+', '#'])(
    'refuse the device id %j',
    (device) => {
      expect(isDeviceId(device)).toBe(false);
      expect(refusalOf(() => topicOf(device, 'up/event')).code).toBe('device-id');
      expect(parseTopic(`d/${device}/up/event`)).toBeUndefined();
    },
  );

  it.each([
    '',
    'd/abc',
    'd/abc/up',
    'd/abc/up/other',
    'd/abc/up/event/more',
    'x/abc/up/event',
    '/d/abc/up/event',
    'd/abc/up/event\n',
  ])('of others, such as %j, are left alone', (topic) => {
    expect(parseTopic(topic)).toBeUndefined();
  });
});

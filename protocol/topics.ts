import { ProtocolError } from './errors.ts';

/**
 * What a device says (`up`) and is told (`down`). Directions are levels of their own so that a broker's access rules
 * need one line each: a device may write below `d/<itself>/up` and read below `d/<itself>/down`. What came down on
 * `config` or `command` is answered up on the channel of the same name; `up/log` brings what a command asked for.
 * Pieces of an image that are asked for on `up/image` come down on `down/image`.
 */
export const channels = [
  'up/event',
  'up/state',
  'up/config',
  'up/command',
  'up/log',
  'up/image',
  'down/ack',
  'down/config',
  'down/command',
  'down/image',
] as const;
export type Channel = (typeof channels)[number];

export interface Topic {
  readonly device: string;
  readonly channel: Channel;
}

// Letters, digits and hyphens only: `+`, `#` and `/` steer MQTT subscriptions, `%` steers access rules of brokers.
export const deviceIdPattern = /^[A-Za-z0-9][A-Za-z0-9-]{2,31}$/;
const topicPattern = /^d\/([^/]+)\/(.+)$/;

/** 3 to 32 letters, digits and hyphens, not beginning with a hyphen. */
export function isDeviceId(text: string): boolean {
  return deviceIdPattern.test(text);
}

/** `d/<device>/up/event` and its like. @throws ProtocolError with code `device-id` */
export function topicOf(device: string, channel: Channel): string {
  if (!isDeviceId(device)) {
    throw new ProtocolError('device-id', 'must be 3 to 32 letters, digits and hyphens, and not begin with a hyphen', {
      path: 'device id',
    });
  }
  return `d/${device}/${channel}`;
}

/** The MQTT subscription for one channel of every device. */
export function filterOf(channel: Channel): string {
  return `d/+/${channel}`;
}

/** `undefined` for a topic that is none of ours, whoever sent it. */
export function parseTopic(topic: string): Topic | undefined {
  const [, device = '', rest] = topicPattern.exec(topic) ?? [];
  const channel = channels.find((known) => known === rest);
  return channel !== undefined && isDeviceId(device) ? { device, channel } : undefined;
}

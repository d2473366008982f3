/**
 * Why a tag is not reached. `bus`, `service` and `adapter` are this machine's own; `range`: the tag does not answer;
 * `unfit`: it answers, but is no tag that we can use; `unknown`: an answer that nobody foresaw. Of pairing alone: no tag
 * was seen, or not the one that was chosen, or its button was not heard.
 */
export type TroubleKind =
  | ('bus' | 'service' | 'adapter' | 'range' | 'unfit' | 'unknown')
  | ('none-seen' | 'not-found' | 'not-pressed');

/** What stands between us and the tag: a sentence that says what, where and how to mend it. */
export class TagTrouble extends Error {
  override readonly name = 'TagTrouble';
  readonly kind: TroubleKind;

  constructor(kind: TroubleKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }

  /** Whether it hides the tag from us wherever the tag is. */
  get isOurs(): boolean {
    return this.kind === 'bus' || this.kind === 'service' || this.kind === 'adapter';
  }
}

export const noService = (cause?: unknown): TagTrouble =>
  new TagTrouble(
    'service',
    'Bluetooth is not running on this machine: nobody answers as org.bluez. Start it: systemctl enable --now bluetooth.',
    { cause },
  );

const notAllowed = (cause: unknown): TagTrouble =>
  new TagTrouble(
    'service',
    'The system bus does not let this program speak to Bluetooth. Add its user to the group bluetooth, and restart it.',
    { cause },
  );

export const noBus = (reason: string): TagTrouble =>
  new TagTrouble(
    'bus',
    `The system bus of this machine (D-Bus) does not serve us: ${reason}. Start dbus, or restart it.`,
  );

export const noAnswer = (): TagTrouble =>
  new TagTrouble('service', 'Bluetooth on this machine does not answer. Restart it: systemctl restart bluetooth.');

/** Where the tag itself has to answer. */
export const outOfReach = (): TagTrouble => new TagTrouble('range', 'The tag is out of reach.');

export const noAdapter = (): TagTrouble =>
  new TagTrouble('adapter', 'This machine has no Bluetooth adapter. Plug one in, or enable the one on the board.');

export const switchedOff = (cause?: unknown): TagTrouble =>
  new TagTrouble(
    'adapter',
    'The Bluetooth adapter is switched off. Switch it on: rfkill unblock bluetooth, then bluetoothctl power on.',
    { cause },
  );

/** Where no tag was asked anything yet. */
export const cannotScan = (trouble: TagTrouble): TagTrouble =>
  new TagTrouble(
    'service',
    `Bluetooth on this machine does not look for tags. Restart it: systemctl restart bluetooth. (${trouble.message})`,
    { cause: trouble },
  );

export const noAlert = (address: string): TagTrouble =>
  new TagTrouble(
    'unfit',
    `${address} answers, but offers no Immediate Alert (0x1802), so it cannot call anybody. Pair another tag.`,
  );

/** The bus answers these in place of a service that is not there, or died before it answered (D-Bus Specification). */
const absentService = new Set(['ServiceUnknown', 'NameHasNoOwner', 'NoReply', 'Disconnected']);

/** Whatever came out of node-ble, by the D-Bus error it carries. */
export function troubleOf(error: unknown): TagTrouble {
  if (error instanceof TagTrouble) return error;
  const { type = '', message } = error as { type?: string; message: string };
  const name = type.replace('org.freedesktop.DBus.Error.', '');
  if (absentService.has(name)) return noService(error);
  if (name === 'AccessDenied') return notAllowed(error);
  if (type === 'org.bluez.Error.NotReady' || message.includes('adapter-not-powered')) return switchedOff(error);
  // An object that was taken away meanwhile is unknown.
  const isRange = type.startsWith('org.bluez.Error.') || name.startsWith('Unknown') || name === 'InvalidArgs';
  return new TagTrouble(isRange ? 'range' : 'unknown', `The tag cannot be used: ${message}.`, { cause: error });
}

// A BlueZ that is none, on the bus of DBUS_SYSTEM_BUS_ADDRESS, or on one of its own: for tests, and for whoever has no
// radio. It takes verbs, a line each, and says `ok`, `error …`, and `alert LEVEL ADDRESS` whenever a tag is told to call.
//   node sim/bluez/main.ts ['[{"name":"iTAG", …}]']
import { createInterface } from 'node:readline';
import { systemBus } from 'dbus-next';
import { Bluez } from './bluez.ts';
import type { OpenBus } from './objects.ts';
import { startPrivateBus } from './private-bus.ts';
import { keyFinder, type TagSpec } from './tag-spec.ts';
import type { Mishap, VirtualTag } from './virtual-tag.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

if (process.env.DBUS_SYSTEM_BUS_ADDRESS === undefined) {
  const bus = await startPrivateBus();
  process.env.DBUS_SYSTEM_BUS_ADDRESS = bus.address;
  process.once('exit', () => bus.kill());
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());
  say(`DBUS_SYSTEM_BUS_ADDRESS=${bus.address}`);
}

const specs = JSON.parse(process.argv[2] ?? '[{}]') as readonly Partial<TagSpec>[];
const bus = systemBus() as OpenBus;
// As bluetoothd does, it ends with its bus.
const { stream } = bus._connection;
for (const lost of [bus, stream]) lost.on('error', () => process.exit(1));
stream.on('close', () => process.exit(1));
const bluez = new Bluez(
  bus,
  specs.map((spec) => ({ ...keyFinder, ...spec })),
  {
    alerted: (level, address) => say(`alert ${level} ${address}`),
    die: () => process.kill(process.pid, 'SIGKILL'),
  },
);
await bluez.start();

/** Each verb with its argument, and the tag it concerns: the first, unless an address follows. */
const verbs: Readonly<Record<string, (argument: string, tag: VirtualTag) => unknown>> = {
  range: (where, tag) => tag.move(where === 'in'),
  drop: (_, tag) => tag.drop(),
  press: (value, tag) => tag.press(value === '' ? undefined : Number(value)),
  battery: (percent, tag) => tag.drain(Number(percent)),
  mishap: (kind, tag) => tag.expect(kind as Mishap),
  giveUp: (_, tag) => tag.giveUp(),
  state: (_, tag) => JSON.stringify(tag.state),
  power: (to) => bluez.power(to === 'on'),
  adapter: (to) => (to === 'in' ? bluez.add() : bluez.remove()),
  deaf: (to) => {
    bluez.isDeaf = to === 'on';
  },
  scanners: () => bluez.scanners,
  reset: () => bluez.reset(),
  hang: (to) => bluez.hang(to !== 'off'),
};

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [verb = '', argument = '', address] = line.trim().split(/\s+/);
    const tag = bluez.tags.find(({ spec }) => address === undefined || spec.address === address);
    const does = verbs[verb];
    if (does === undefined || tag === undefined)
      say(`error there is no ${line}; verbs: ${Object.keys(verbs).join(', ')}`);
    else say(`ok ${does(argument, tag) ?? ''}`);
  })
  .on('close', () => process.exit());
say('running');

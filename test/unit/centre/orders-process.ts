// A service centre to be killed: `orders-process.ts BROKER DATABASE POINT COUNT` gives unit-1 a document of its own as soon
// as it is connected, and ends by SIGKILL, as by a power cut, at the COUNT-th time that it comes to POINT: `storing`
// (before a commit), `sending` (after it, before something for the unit leaves), or `never`.
import { createEntropy } from '../../../hal/linux/entropy.ts';
import { createLog } from '../../../hal/linux/log.ts';
import { createMqtt } from '../../../hal/linux/mqtt.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import { Centre } from '../../../tools/centre/centre.ts';
import { centre as signer } from '../protocol/signing.ts';

const [url = '', path = '', point, count, quietMinutes = '1'] = process.argv.slice(2);
let left = Number.POSITIVE_INFINITY;
const pass = (here: string): void => {
  if (here !== point) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
};

const store = openStore({ path });
const commit = store.transaction.bind(store);
store.transaction = (body) =>
  commit(() => {
    const result = body();
    pass('storing');
    return result;
  });

const mqtt = createMqtt({ url, clientId: 'centre' });
const publish = mqtt.publish.bind(mqtt);
mqtt.publish = (id, message) => {
  if (message.topic.endsWith('down/config')) pass('sending');
  publish(id, message);
};

const centre = new Centre({
  ...{ store, mqtt, signer, entropy: createEntropy(), log: createLog(() => undefined), nowMs: Date.now },
  onFailure: () => process.exit(1),
});
centre.start();
await centre.link.whenConnected;
left = Number(count);
const { wanted } = centre.orders.readings.config('unit-1');
centre.orders.setConfig('unit-1', {
  document: {
    ...{ profile: 'roll', zone: 'Europe/Copenhagen', language: 'da', serviceNumber: '70 12 34 56' },
    regimen: { slots: [{ id: 'morgen', at: '08:00', beforeMinutes: 30, afterMinutes: 60 }] },
    quietMinutes: Number(quietMinutes),
  },
  base: wanted === null ? null : new Uint8Array(Buffer.from(wanted.hash, 'hex')),
  author: 'operator-7',
  reason: '',
});
process.stdout.write('given\n');
centre.watch(() => {
  const { wanted: now } = centre.orders.readings.config('unit-1');
  process.stdout.write(`${now?.version} is ${now?.state}\n`);
});

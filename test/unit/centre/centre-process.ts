// A service centre to be killed: `centre-process.ts BROKER DATABASE POINT COUNT` ends by SIGKILL, as by a power cut, at
// the COUNT-th time that it comes to POINT: `received` (before the commit), `stored` (after it, before the answer), or `never`.
import { createEntropy } from '../../../hal/linux/entropy.ts';
import { createLog } from '../../../hal/linux/log.ts';
import { createMqtt } from '../../../hal/linux/mqtt.ts';
import { openStore } from '../../../hal/sqlite/open-store.ts';
import { Centre } from '../../../tools/centre/centre.ts';

const [url = '', path = '', point, count] = process.argv.slice(2);
let left = Number(count);
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
    pass('received');
    return result;
  });

const mqtt = createMqtt({ url, clientId: 'centre' });
const publish = mqtt.publish.bind(mqtt);
mqtt.publish = (id, message) => {
  pass('stored');
  publish(id, message);
};

const centre = new Centre({
  store,
  mqtt,
  entropy: createEntropy(),
  log: createLog(() => undefined),
  nowMs: Date.now,
  onFailure: () => process.exit(1),
});
// The transactions of the schema are over: only messages are counted.
left = Number(count);
centre.start();
await centre.link.whenConnected;
process.stdout.write('connected\n');

import type { Clock } from '../../hal/ports/clock.ts';
import type { Entropy } from '../../hal/ports/entropy.ts';
import type { Lock } from '../../hal/ports/lock.ts';
import type { Log } from '../../hal/ports/log.ts';
import type { Mechanism } from '../../hal/ports/mechanism.ts';
import type { Mqtt } from '../../hal/ports/mqtt.ts';
import type { Panel } from '../../hal/ports/panel.ts';
import type { Sensors } from '../../hal/ports/sensors.ts';
import type { Signatures } from '../../hal/ports/signatures.ts';
import type { Speech } from '../../hal/ports/speech.ts';
import type { Store } from '../../hal/ports/store.ts';
import type { Watchdog } from '../../hal/ports/watchdog.ts';

/** Everything outside the firmware, one port each. */
export interface Ports {
  readonly clock: Clock;
  readonly store: Store;
  readonly mechanism: Mechanism;
  readonly sensors: Sensors;
  readonly panel: Panel;
  readonly speech: Speech;
  readonly lock: Lock;
  readonly mqtt: Mqtt;
  readonly entropy: Entropy;
  readonly signatures: Signatures;
  readonly log: Log;
  readonly watchdog: Watchdog;
}

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
import type { Tag } from '../../hal/ports/tag.ts';
import type { Watchdog } from '../../hal/ports/watchdog.ts';
import type { Sha256 } from '../../protocol/messages/digest.ts';
import type { ByteSource } from '../domain/byte-source.ts';
import type { OrderReader } from './order-desk.ts';

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
  /** Absent on a unit that has no tag. */
  readonly tag?: Tag | undefined;
  /** The end of the field trace, so many bytes of it at most; absent on a unit that keeps none. */
  readonly traceFile?: (bytesMax: number) => ByteSource;
  /** Only where a run is recorded or repeated: stands between the machine and the desk that reads signed documents. */
  readonly orders?: (desk: OrderReader) => OrderReader;
  /** Only where a run is repeated: the hashes of documents whose texts were not recorded. */
  readonly digest?: Sha256;
}

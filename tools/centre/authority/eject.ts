import { createMqtt } from '../../../hal/linux/mqtt.ts';
import { identityOf } from '../../../hal/linux/mqtt-identity.ts';
import { issue, newSerial } from './certificates.ts';
import type { CentreHome } from './home.ts';

const SECONDS = 300;

/**
 * Ends the live connection of a device whose certificates were revoked: brokers look at revocations only when a client
 * connects. The centre takes the device's place for a moment, by a certificate of five minutes that never leaves this
 * function, and has its session forgotten.
 * @returns whether the broker let it
 */
export async function eject(home: CentreHome, device: string, now: number): Promise<boolean> {
  const authority = home.authority();
  const { certificate, privateKey } = await issue(authority, {
    name: device,
    purpose: { type: 'client' },
    validity: { from: now - SECONDS, to: now + SECONDS },
    serial: newSerial(),
  });
  const tls = identityOf({ device, authority: authority.certificate, certificate, privateKey });
  const mqtt = createMqtt({ url: home.localBrokerUrl, clientId: device, tls, sessionExpiryS: 0 });
  const done = await new Promise<boolean>((resolve) => {
    mqtt.listen(({ type }) => {
      if (type === 'mqtt.connected') resolve(true);
      if (type === 'mqtt.disconnected') resolve(false);
    });
    mqtt.connect({ will: { topic: `d/${device}/up/ejected`, payload: new Uint8Array(0) }, subscriptions: [] });
  });
  mqtt.disconnect();
  return done;
}

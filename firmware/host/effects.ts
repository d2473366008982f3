import type { ReadLog } from '../ledger/log-file.ts';
import type { Link, LinkEffect } from '../link/link.ts';
import type { Effect } from '../machine/outputs.ts';
import { logAsked } from './log-asked.ts';
import type { Ports } from './ports.ts';

/** What an effect may need besides the ports. */
export interface Errands {
  readonly link: Pick<Link, 'upload'>;
  readonly log: ReadLog;
}

/** The only door out: one effect, one port call. */
export function perform(ports: Ports, effect: Effect | LinkEffect, errands: Errands): void {
  switch (effect.type) {
    case 'mechanism.release':
      return ports.mechanism.release({ intent: effect.intent, roll: effect.roll });
    case 'mechanism.swallow':
      return ports.mechanism.swallow({ intent: effect.intent, roll: effect.roll });
    case 'mechanism.retract':
      return ports.mechanism.retract({ intent: effect.intent, roll: effect.roll });
    case 'mechanism.stop':
      return ports.mechanism.stop();
    case 'mechanism.inspect':
      return ports.mechanism.inspect();
    case 'lock.set':
      return ports.lock.set(effect.locked);
    case 'speech.say':
      return ports.speech.say(effect.phrase, effect.params);
    case 'tag.open':
      return ports.tag?.open();
    case 'tag.alert':
      return ports.tag?.alert(effect.level);
    case 'tag.close':
      return ports.tag?.close();
    case 'panel.show':
      return ports.panel.show(effect.view);
    case 'unit.restart':
      return ports.watchdog.restart(effect.reason);
    case 'log.send':
      return errands.link.upload(effect.command, () => logAsked(effect, errands.log, ports));
    case 'mqtt.connect':
      return ports.mqtt.connect(effect.session);
    case 'mqtt.publish':
      return ports.mqtt.publish(effect.id, effect.message);
    case 'mqtt.disconnect':
      return ports.mqtt.disconnect();
  }
}

import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { MqttOptions } from '../../hal/linux/mqtt.ts';
import { channels, isDeviceId, parseTopic } from '../../protocol/topics.ts';
import type { OwnMosquitto } from '../../tools/centre/authority/mosquitto.ts';
import { mosquittoKind } from './brokers.ts';
import { forgedOptions, newHome, runMosquitto, type TestHome, unitOptions } from './secure-home.ts';

/** Ids that begin like each other, and differ in case only. */
const units = ['unit-1', 'unit-2', 'unit-10', 'UNIT-1', 'centre', 'd00'];
const NOT_AUTHORIZED = 135;

/** A client without the manners of ours, which would hang up at the first refusal. */
class Raw {
  readonly heard: string[] = [];
  readonly #options: MqttOptions;
  #client: MqttClient | undefined;

  constructor(options: MqttOptions) {
    this.#options = options;
  }

  async open(): Promise<this> {
    const { url, tls = {}, clientId } = this.#options;
    const properties = { sessionExpiryInterval: 3600 };
    const manners = { protocolVersion: 5, clean: false, reconnectPeriod: 0, properties } as const;
    this.#client = await connectAsync(url, { ...tls, clientId, ...manners });
    this.#client.on('message', (topic, payload) => this.heard.push(`${topic} ${payload}`));
    this.#client.on('error', () => undefined).setMaxListeners(0);
    return this;
  }

  /** Whether the broker takes a message. */
  writes(topic: string, text: string): Promise<boolean> {
    return this.#ask((client) => client.publishAsync(topic, text, { qos: 1 }));
  }

  async subscribe(filters: readonly string[]): Promise<void> {
    for (const filter of filters) await this.#ask((client) => client.subscribeAsync(filter, { qos: 1 }));
  }

  /** Whether the broker agrees. Mosquitto 2.0.11 hangs up after a refused message; it is asked once more then. */
  async #ask(question: (client: MqttClient) => Promise<unknown>, again = true): Promise<boolean> {
    if (this.#client?.connected !== true) await this.open();
    const client = this.#client as MqttClient;
    const answer = await new Promise<'yes' | 'no' | 'lost'>((resolve) => {
      client.once('close', () => resolve('lost'));
      question(client).then(
        () => resolve('yes'),
        (error: { code?: number }) => resolve(error.code === NOT_AUTHORIZED ? 'no' : 'lost'),
      );
    });
    return answer === 'lost' && again ? this.#ask(question, false) : answer === 'yes';
  }

  close(): void {
    this.#client?.end(true);
  }
}

/** All filters that reach into what is another's; the broker may grant them, as long as nothing comes through. */
const greedy = ['#', '+/#', '+/+/#', 'd/#', 'd/+/up/#', 'd/+/down/#', 'd/+/+/+', '$SYS/#', 'centre/#'];

describe.runIf(mosquittoKind.unavailable === undefined)('topic rights on the Mosquitto of a home', () => {
  let made: TestHome;
  let mosquitto: OwnMosquitto;
  let centre: Raw;
  const raws = new Map<string, Raw>();
  const of = (unit: string): Raw => raws.get(unit) as Raw;
  beforeAll(async () => {
    made = await newHome();
    mosquitto = await runMosquitto(made.home);
    const { home } = made;
    centre = await new Raw({ url: home.localBrokerUrl, clientId: 'any', tls: home.tlsOfCentre() }).open();
    await centre.subscribe(['d/+/up/#']);
    for (const unit of units) raws.set(unit, await new Raw(unitOptions(await made.enrol(unit))).open());
  });
  afterAll(async () => {
    for (const raw of [centre, ...raws.values()]) raw.close();
    await mosquitto.close();
    made.remove();
  });

  const topicsOf = (unit: string) => channels.map((channel) => `d/${unit}/${channel}`);

  it.each(units)('let %s write its own upward channels and nothing else', async (unit) => {
    const everything = [
      ...units.flatMap(topicsOf),
      'd/dosis.centre/up/event',
      'centre/gone',
      'd/up/event',
      'any',
      '$SYS/broker',
    ];
    const written: string[] = [];
    for (const topic of everything) if (await of(unit).writes(topic, unit)) written.push(topic);
    expect(written).toEqual(topicsOf(unit).filter((topic) => topic.includes('/up/')));
  });

  it('show the centre what each unit wrote, under its own name only', async () => {
    const wanted = units.flatMap((unit) =>
      topicsOf(unit).flatMap((topic) => (topic.includes('/up/') ? [`${topic} ${unit}`] : [])),
    );
    await vi.waitFor(() => expect(centre.heard).toHaveLength(wanted.length));
    expect(new Set(centre.heard)).toEqual(new Set(wanted));
  });

  it('show each unit what is sent to it and nothing else, whatever it subscribes to', async () => {
    for (const unit of units) await of(unit).subscribe([...greedy, ...units.flatMap(topicsOf)]);
    for (const unit of units) {
      for (const topic of topicsOf(unit)) {
        const own = topic.includes('/down/') ? centre : of(unit);
        expect(await own.writes(topic, `for ${unit}`)).toBe(true);
      }
    }
    for (const unit of units) await centre.writes(`d/${unit}/down/last`, 'that is all');
    for (const unit of units) {
      await vi.waitFor(() => expect(of(unit).heard).toContain(`d/${unit}/down/last that is all`));
      const wanted = topicsOf(unit).filter((topic) => topic.includes('/down/'));
      expect(new Set(of(unit).heard)).toEqual(
        new Set([...wanted.map((topic) => `${topic} for ${unit}`), `d/${unit}/down/last that is all`]),
      );
    }
  });

  it('let the centre write downward only', async () => {
    for (const topic of [...topicsOf('unit-1').filter((each) => each.includes('/up/')), 'any', 'd/unit-1/other']) {
      expect(await centre.writes(topic, 'wrong')).toBe(false);
    }
  });

  const names = [
    '+',
    '#',
    'unit-1/up',
    'unit-1/down',
    'unit-1/#',
    '../unit-1',
    '%u',
    '%c',
    'd/unit-1',
    '$SYS',
    'unit-?',
    'unit-1\u0000x',
    '*',
  ];
  it.each(names)('give nothing of others to a certificate in the name of %j', async (name) => {
    expect(isDeviceId(name)).toBe(false);
    await expect(made.enrol(name)).rejects.toThrow(/is no device id; write 3 to 32 letters, digits and hyphens/);
    const options = await forgedOptions(made.home, { name });
    const forged = await new Raw({ ...options, clientId: 'forged' }).open().catch(() => undefined);
    if (forged === undefined) return;
    onTestFinished(() => forged.close());
    const before = centre.heard.length;
    await forged.subscribe([...greedy, ...units.flatMap(topicsOf)]);
    const targets = [...units.flatMap(topicsOf), 'd/+/up/event', 'd/unit-1/up/up/event', 'd/unit-1/down/down/ack'];
    for (const topic of targets) {
      // MQTT itself forbids wildcards in the name of a topic.
      if (!topic.includes('+')) await forged.writes(topic, 'forged');
    }
    for (const unit of units) await centre.writes(`d/${unit}/down/ack`, 'secret');
    await of('unit-1').writes('d/unit-1/up/event', 'end');
    await vi.waitFor(() => expect(centre.heard.slice(before)).toContain('d/unit-1/up/event end'));
    const heardInNames = centre.heard
      .slice(before)
      .filter((line) => line.endsWith('forged') && parseTopic(line.split(' ')[0] ?? ''));
    expect(heardInNames).toEqual([]);
    expect(of('unit-1').heard.filter((line) => line.endsWith('forged'))).toEqual([]);
    expect(forged.heard).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { decodeAck } from '../../../protocol/messages/ack.ts';
import { Answers } from '../../../tools/centre/answers.ts';
import { FakeMqtt } from './fake-mqtt.ts';

function answering() {
  const mqtt = new FakeMqtt();
  const answers = new Answers(mqtt);
  return {
    mqtt,
    answers,
    give: (device: string, ackedThrough: number, epoch = 7) =>
      answers.give({ device, acknowledgement: { epoch, ackedThrough } }),
    sent: () => mqtt.published.map(({ message }) => `${message.topic} ${decodeAck(message.payload).ackedThrough}`),
  };
}

const grant = (receiveMaximum: number) => ({ receiveMaximum, packetBytesMax: 65_536 });

describe('the answers to devices', () => {
  it('go to the topic of the device', () => {
    const { answers, give, sent } = answering();
    answers.connected(grant(20));
    give('unit-1', 4);
    expect(sent()).toEqual(['d/unit-1/down/ack 4']);
  });

  it('wait for a connection, and of several for one device only the last is sent', () => {
    const { answers, give, sent } = answering();
    give('unit-1', 1);
    give('unit-2', 5);
    give('unit-1', 3);
    answers.connected(grant(20));
    expect(sent()).toEqual(['d/unit-1/down/ack 3', 'd/unit-2/down/ack 5']);
  });

  it('keep the epochs of a device apart', () => {
    const { answers, give, mqtt } = answering();
    give('unit-1', 9, 1);
    give('unit-1', 2, 2);
    answers.connected(grant(20));
    expect(mqtt.published.map(({ message }) => decodeAck(message.payload))).toEqual([
      { epoch: 1, ackedThrough: 9 },
      { epoch: 2, ackedThrough: 2 },
    ]);
  });

  it.each([
    [3, 3],
    [65_535, 10],
  ])('stay within the window: of %d that the broker grants, %d are on their way', (granted, inFlight) => {
    const { answers, give, mqtt, sent } = answering();
    answers.connected(grant(granted));
    for (let unit = 100; unit < 130; unit += 1) give(`unit-${unit}`, 1);
    expect(sent()).toHaveLength(inFlight);
    for (let done = 0; done < 30; done += 1) answers.published(mqtt.published[done]?.id ?? -1);
    expect(sent()).toHaveLength(30);
    expect(new Set(sent())).toHaveProperty('size', 30);
  });

  it('are sent again after a lost connection unless a newer one has come', () => {
    const { answers, give, sent } = answering();
    answers.connected(grant(2));
    give('unit-1', 1);
    give('unit-2', 1);
    answers.disconnected();
    give('unit-2', 6);
    expect(sent()).toHaveLength(2);
    answers.connected(grant(2));
    expect(sent().slice(2).sort()).toEqual(['d/unit-1/down/ack 1', 'd/unit-2/down/ack 6']);
  });
});

describe('parcels for devices', () => {
  const parcel = (key: string, bytes = 1) => {
    const message = { topic: `d/${key}/down/config`, payload: new Uint8Array(bytes) };
    return { key, make: () => message };
  };
  const topics = (mqtt: FakeMqtt) => mqtt.published.map(({ message }) => message.topic);

  it('come after the acknowledgements and take no more than half of the window', () => {
    const { answers, give, mqtt } = answering();
    for (let unit = 100; unit < 110; unit += 1) answers.post(parcel(`unit-${unit}`));
    give('unit-1', 4);
    answers.connected(grant(6));
    expect(topics(mqtt)).toEqual(['d/unit-1/down/ack', ...[100, 101, 102].map((unit) => `d/unit-${unit}/down/config`)]);
    give('unit-2', 4);
    expect(topics(mqtt).at(-1)).toBe('d/unit-2/down/ack');
    for (let done = 0; done < 12; done += 1) answers.published(mqtt.published[done]?.id ?? -1);
    expect(topics(mqtt)).toHaveLength(12);
  });

  it('find room also where the broker grants one message at a time', () => {
    const { answers, mqtt } = answering();
    answers.connected(grant(1));
    answers.post(parcel('unit-1'));
    answers.post(parcel('unit-2'));
    expect(topics(mqtt)).toHaveLength(1);
    answers.published(mqtt.published[0]?.id ?? -1);
    expect(topics(mqtt)).toHaveLength(2);
  });

  it('are made when their turn comes, once for each key, and not at all when that is over', () => {
    const { answers, mqtt } = answering();
    const stale = parcel('unit-1');
    let made = 0;
    answers.post({ ...stale, make: () => expect.fail('a newer one has taken its place') });
    answers.post({
      key: 'unit-1',
      make: () => {
        made += 1;
        return undefined;
      },
    });
    expect(made).toBe(0);
    answers.connected(grant(20));
    expect([made, topics(mqtt)]).toEqual([1, []]);
  });

  it('are sent again after a lost connection', () => {
    const { answers, mqtt } = answering();
    answers.connected(grant(20));
    answers.post(parcel('unit-1'));
    answers.disconnected();
    answers.connected(grant(20));
    expect(topics(mqtt)).toEqual(['d/unit-1/down/config', 'd/unit-1/down/config']);
  });

  it('larger than the broker takes are told of and left out: it would end the connection', () => {
    const mqtt = new FakeMqtt();
    const tooLarge: string[] = [];
    const answers = new Answers(mqtt, ({ key }, bytes) => tooLarge.push(`${key} ${bytes}`));
    answers.connected({ receiveMaximum: 20, packetBytesMax: 1000 });
    answers.post(parcel('unit-1', 999));
    answers.post(parcel('unit-2', 800));
    expect([tooLarge, topics(mqtt)]).toEqual([['unit-1 999'], ['d/unit-2/down/config']]);
  });
});

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

describe('the answers to devices', () => {
  it('go to the topic of the device', () => {
    const { answers, give, sent } = answering();
    answers.connected(20);
    give('unit-1', 4);
    expect(sent()).toEqual(['d/unit-1/down/ack 4']);
  });

  it('wait for a connection, and of several for one device only the last is sent', () => {
    const { answers, give, sent } = answering();
    give('unit-1', 1);
    give('unit-2', 5);
    give('unit-1', 3);
    answers.connected(20);
    expect(sent()).toEqual(['d/unit-1/down/ack 3', 'd/unit-2/down/ack 5']);
  });

  it('keep the epochs of a device apart', () => {
    const { answers, give, mqtt } = answering();
    give('unit-1', 9, 1);
    give('unit-1', 2, 2);
    answers.connected(20);
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
    answers.connected(granted);
    for (let unit = 100; unit < 130; unit += 1) give(`unit-${unit}`, 1);
    expect(sent()).toHaveLength(inFlight);
    for (let done = 0; done < 30; done += 1) answers.published(mqtt.published[done]?.id ?? -1);
    expect(sent()).toHaveLength(30);
    expect(new Set(sent())).toHaveProperty('size', 30);
  });

  it('are sent again after a lost connection unless a newer one has come', () => {
    const { answers, give, sent } = answering();
    answers.connected(2);
    give('unit-1', 1);
    give('unit-2', 1);
    answers.disconnected();
    give('unit-2', 6);
    expect(sent()).toHaveLength(2);
    answers.connected(2);
    expect(sent().slice(2).sort()).toEqual(['d/unit-1/down/ack 1', 'd/unit-2/down/ack 6']);
  });
});

import { expect, onTestFinished } from 'vitest';
import type { ServicedUnit } from '../../../../firmware/service/unit.ts';
import { noImages } from '../../../../firmware/unit/no-images.ts';
import { assembleUnit } from '../../../../firmware/unit/unit.ts';
import type { StoreFailure } from '../../../../hal/ports/store.ts';
import type { SelfTestPart } from '../../../../protocol/messages/command.ts';
import { type CommandAnswer, decodeCommandAnswer } from '../../../../protocol/messages/command-answer.ts';
import type { DeviceEvent } from '../../../../protocol/messages/event.ts';
import type { MotionFault } from '../../../../sim/device/mechanism-faults.ts';
import type { SavedParts } from '../../../../sim/device/mechanism-parts.ts';
import { usualUnit } from '../../../../sim/device/unit-spec.ts';
import { dayNumberOf } from '../../../../sim/prescription/calendar.ts';
import { makeWorld } from '../../../../sim/run/firmware.ts';
import { simCentreKey } from '../../../../sim/world/centre-key.ts';
import { enrolment, TestVault } from '../recovery/recovery-bench.ts';

export const MINUTE = 60_000;
const startMs = dayNumberOf('2026-03-02') * 86_400_000 + 5 * 60 * MINUTE;
const config = {
  version: 1,
  profile: 'dual-roll',
  zone: 'Europe/Copenhagen',
  language: 'da',
  serviceNumber: '70 10 20 30',
  regimen: { slots: [{ id: 'morgen', at: '08:00', beforeMinutes: 60, afterMinutes: 60 }], minIntervalMinutes: 0 },
} as const;
const JUDGED = ['motor', 'sensors', 'battery', 'clock', 'radio'] as const;

/** What is found of each part that is not well, why the unit refuses to look, or `silent`. */
export type FromAfar = Readonly<Record<string, string>> | string;

/** A virtual unit in a home, filled, at an hour at which a press gives a dose; and a cable to it. */
export class ExaminedHome {
  readonly world = makeWorld({
    ...{ seed: 3, startMs, config, spec: usualUnit },
    boot: (ports, observe) => {
      const { host, serviced } = assembleUnit({
        ...{ firmware: '0.1.0', machine: 'arm64', serviceNumber: '', ports, images: noImages, trace: null, observe },
        deviceClass: { name: enrolment.deviceClass, id: new Uint8Array(16) },
        vault: new TestVault({ ...enrolment, device: usualUnit.device, centreKeys: [simCentreKey] }),
        mqttOf: () => ports.mqtt,
        problemWith: () => undefined,
        restartSoon: () => undefined,
      });
      this.#cable = serviced;
      return host;
    },
  });
  #cable: ServicedUnit | null = null;

  constructor() {
    const { unit, timeline, nurse } = this.world;
    onTestFinished(() => this.world.dispose());
    unit.start(0);
    this.pass(MINUTE);
    nurse.refill();
    timeline.runUntil(Date.parse('2026-03-02T07:59:00+01:00'));
  }

  get cable(): ServicedUnit {
    if (this.#cable === null) throw new Error('The unit has not started yet.');
    return this.#cable;
  }

  /** Of every sachet. */
  get whereabouts(): SavedParts {
    return this.world.unit.parts.save();
  }

  /** What the centre knows of it. */
  get events(): readonly DeviceEvent[] {
    const { centre } = this.world;
    return centre.epochs.flatMap((epoch) => [...centre.events(epoch).values()].map(({ event }) => event));
  }

  pass(ms: number): void {
    this.world.timeline.runUntil(this.world.nowMs + ms);
  }

  /** The citizen presses, and takes what comes. */
  press(fault: MotionFault = {}): void {
    const { unit } = this.world;
    unit.mechanism.faults = () => fault;
    unit.sensors.press(false);
    this.pass(3 * MINUTE);
    unit.mechanism.faults = () => undefined;
    unit.takeFromCup();
    this.pass(MINUTE);
  }

  /** A sachet that nobody takes is drawn back into the bin. */
  forget(): void {
    this.world.unit.sensors.press(false);
    this.pass(180 * MINUTE);
  }

  breakStore(failure: StoreFailure): void {
    this.world.unit.store.setFailure(failure);
    this.press();
  }

  /** What a technician is told of each part that is not well, and what `fault.list` gives. */
  examine(): { found: Partial<Record<SelfTestPart, string>>; faults: readonly string[] } {
    const bad = JUDGED.map((part) => this.#try(part)).filter(({ outcome }) => outcome === 'failed');
    return {
      found: Object.fromEntries(bad.map(({ part, found }) => [part, found])),
      faults: [...this.cable.facts().faults].sort(),
    };
  }

  /** One part, read as soon as it is known: a unit that begins anew has forgotten it. */
  #try(part: SelfTestPart) {
    const result = () => this.cable.selfTest.report().find((tried) => tried.part === part);
    expect(this.cable.selfTest.run(part)).toBeNull();
    for (let minutes = 0; minutes < 5 && result()?.outcome === 'running'; minutes += 1) this.pass(MINUTE);
    const found = result();
    if (found === undefined || found.outcome === 'running') throw new Error(`No word of the ${part} in five minutes.`);
    return found;
  }

  /** What the centre is told of each part that is not well, why the unit refuses to look, or `silent`. */
  examineFromAfar(): FromAfar {
    const { broker, centre } = this.world;
    const hear = broker.onMessage;
    let answer: CommandAnswer | undefined;
    broker.onMessage = (message) => {
      if (message.topic.endsWith('/up/command')) answer = decodeCommandAnswer(message.payload);
      hear(message);
    };
    centre.orders.ask({ type: 'selfTest', parts: [...JUDGED] });
    this.pass(6 * MINUTE);
    if (answer === undefined) return 'silent';
    if (answer.status === 'refused') return answer.errors.map(({ code }) => code).join();
    if (answer.status !== 'done' || answer.tested === undefined) throw new Error(`The answer is ${answer.status}.`);
    const bad = answer.tested.filter(({ outcome }) => outcome === 'failed');
    expect(answer.faulty ?? []).toEqual(bad.map(({ part }) => part));
    return Object.fromEntries(bad.map(({ part, found = '' }) => [part, found]));
  }
}

import { expect, onTestFinished } from 'vitest';
import { noImages } from '../../../../firmware/unit/no-images.ts';
import { servicedHost } from '../../../../firmware/unit/serviced-host.ts';
import { TriedSigns } from '../../../../firmware/unit/tried-signs.ts';
import type { StoreFailure } from '../../../../hal/ports/store.ts';
import type { SelfTestPart } from '../../../../protocol/messages/command.ts';
import { type CommandAnswer, decodeCommandAnswer } from '../../../../protocol/messages/command-answer.ts';
import type { DeviceEvent } from '../../../../protocol/messages/event.ts';
import type { MotionFault } from '../../../../sim/device/mechanism-faults.ts';
import type { SavedParts } from '../../../../sim/device/mechanism-parts.ts';
import { usualUnit } from '../../../../sim/device/unit-spec.ts';
import { dayNumberOf } from '../../../../sim/prescription/calendar.ts';
import { makeWorld } from '../../../../sim/run/firmware.ts';

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
  readonly world = makeWorld({ seed: 3, startMs, config, spec: usualUnit });
  readonly cable: ReturnType<typeof servicedHost>;

  constructor() {
    const { unit, timeline, nurse } = this.world;
    onTestFinished(() => this.world.dispose());
    unit.start(0);
    this.pass(MINUTE);
    nurse.refill();
    timeline.runUntil(Date.parse('2026-03-02T07:59:00+01:00'));
    const never = { read: () => ({ wallMs: 0, monoMs: 0, source: 'rtc' as const }), wakeAfter: () => undefined };
    this.cable = servicedHost({
      host: () => {
        if (unit.host === undefined) throw new Error('The unit is off.');
        return unit.host;
      },
      ports: unit.ports,
      signs: new TriedSigns(unit.signs.panel, unit.signs.lock, never),
      vault: { read: () => null, write: () => undefined, erase: () => undefined },
      images: noImages,
      enrolment: null,
      trace: null,
      firmware: '0.1.0',
      machine: 'arm64',
      deviceClass: { name: 'dosis-virtual', id: new Uint8Array(16) },
      serviceNumber: '',
      problemWith: () => undefined,
      restartSoon: () => undefined,
    });
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
    const stamp = { wallMs: 0, monoMs: 0, trusted: true };
    for (const part of JUDGED) {
      expect(this.cable.selfTest.run(part, stamp)).toBeNull();
      this.pass(5 * MINUTE);
    }
    const results = this.cable.selfTest.report().filter(({ part }) => (JUDGED as readonly string[]).includes(part));
    expect(results.map(({ outcome }) => outcome)).not.toContain('running');
    const bad = results.filter(({ outcome }) => outcome === 'failed');
    return {
      found: Object.fromEntries(bad.map(({ part, found }) => [part, found])),
      faults: [...this.cable.facts().faults].sort(),
    };
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

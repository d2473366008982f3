import { sha256 } from '@noble/hashes/sha2.js';
import { hexOf } from '../../../protocol/cose/bytes.ts';
import { faultNumber } from '../../../protocol/faults/catalogue.ts';
import { fault } from '../../../protocol/smp/commands/fault.ts';
import { filling } from '../../../protocol/smp/commands/filling.ts';
import { history } from '../../../protocol/smp/commands/history.ts';
import { provisioning } from '../../../protocol/smp/commands/provisioning.ts';
import { selfTest } from '../../../protocol/smp/commands/self-test.ts';
import { smpHeaderBytes } from '../../../protocol/smp/header.ts';
import { ownGroup } from '../../../protocol/smp/numbers.ts';
import { doseKey } from '../../domain/dose.ts';
import type { Sachet } from '../../domain/stock.ts';
import { granted, type Handler, handler } from '../exchange.ts';
import type { ServicedUnit, UnitRecord } from '../unit.ts';

/** A record's place in the answer: a map of two, with heads. */
const RECORD_BYTES = 20;
const RECORDS_MAX = 64;
const ANSWER_BYTES = 32;

/** Who the unit is and what is wrong with it, for anybody. */
export const factHandlers: readonly Handler[] = [
  handler(provisioning.state, (_, { unit }) => {
    const { device, epoch, phase, firmware, deviceClass, boot, config, serviceNumber } = unit.facts();
    return {
      phase,
      firmware,
      class: deviceClass,
      boot,
      device: device ?? undefined,
      epoch: epoch ?? undefined,
      config: config?.version,
      hash: config?.hash,
      service: serviceNumber ?? undefined,
    };
  }),
  handler(fault.list, (_, { unit }) => ({
    faults: unit.facts().faults.map((code) => ({ code, number: faultNumber(code) })),
  })),
];

export const provisioningHandlers = (unit: ServicedUnit): readonly Handler[] => [
  handler(provisioning.provision, ({ enrolment }, { journal }) => {
    journal('provision', hexOf(sha256(enrolment)));
    return granted(ownGroup.provisioning, unit.enrolment.provision(enrolment));
  }),
];

export const selfTestHandlers = (unit: ServicedUnit): readonly Handler[] => [
  handler(selfTest.parts, () => ({ parts: [...unit.selfTest.parts()] })),
  handler(selfTest.run, ({ part: name }, { journal }) => {
    const part = unit.selfTest.parts().find((known) => known === name);
    if (part === undefined) return granted(ownGroup.selfTest, 'unsupported');
    journal('self-test', part);
    return granted(ownGroup.selfTest, unit.selfTest.run(part));
  }),
  handler(selfTest.report, () => ({ results: unit.selfTest.report().map((result) => ({ ...result })) })),
];

export const faultHandlers = (unit: ServicedUnit): readonly Handler[] => [
  handler(fault.repaired, (_, { journal }) => {
    journal('repaired');
    return granted(ownGroup.fault, unit.ask({ type: 'fault.repaired' }));
  }),
  handler(fault.doubts, () => ({
    doses: unit.doubts().map((key) => {
      const [slot = '', date = ''] = key.split('/');
      return { slot, date };
    }),
  })),
  handler(fault.settle, ({ slot, date, fate }, { journal }) => {
    const dose = doseKey(slot, date);
    // Only a dose that is in doubt: no other can be named, so none can be told another end than it had.
    if (!unit.doubts().includes(dose)) return granted(ownGroup.fault, 'not-permitted');
    journal('settle', `${dose} ${fate}`);
    return granted(ownGroup.fault, unit.ask({ type: 'uncertainty.settled', dose, fate }));
  }),
];

export const fillingHandlers = (unit: ServicedUnit): readonly Handler[] => [
  handler(filling.load, ({ roll, sachets }, { journal }) => {
    journal('load', `${roll} ${sachets.length}`);
    const event = { type: 'stock.loaded', roll, sachets: sachets.map(sachetOf) } as const;
    return granted(ownGroup.filling, unit.ask(event));
  }),
  handler(filling.binEmptied, (_, { journal }) => {
    journal('bin-emptied');
    return granted(ownGroup.filling, unit.ask({ type: 'bin.emptied' }));
  }),
  handler(filling.rolls, ({ roll }) => {
    const { sachets, over } = unit.bay(roll);
    return { sachets: sachets.map(wireSachet), over };
  }),
];

export const historyHandlers = (unit: ServicedUnit): readonly Handler[] => [
  handler(history.records, ({ after }, { messageBytesMax }) => {
    const bytesMax = messageBytesMax - smpHeaderBytes - ANSWER_BYTES;
    const records = fitting(unit.history.records(after, RECORDS_MAX), bytesMax);
    return { records: records.map(({ seq, body }) => ({ seq, body })), last: unit.history.lastSeq };
  }),
];

function sachetOf(sachet: readonly [string, string] | true | null): Sachet {
  if (sachet === null) return null;
  return sachet === true ? 'unlabelled' : { slot: sachet[0], date: sachet[1] };
}

function wireSachet(sachet: Sachet): [string, string] | true | null {
  if (sachet === null) return null;
  return sachet === 'unlabelled' ? true : [sachet.slot, sachet.date];
}

function fitting(records: readonly UnitRecord[], bytesMax: number): readonly UnitRecord[] {
  let bytes = 0;
  const firstTooMany = records.findIndex(({ body }) => {
    bytes += body.length + RECORD_BYTES;
    return bytes > bytesMax;
  });
  return firstTooMany === -1 ? records : records.slice(0, firstTooMany);
}

import type { AlarmCode } from '../../protocol/messages/alarm.ts';
import { type SelfTestPart, selfTestParts } from '../../protocol/messages/command.ts';
import type { TestedPart } from '../../protocol/messages/self-test-report.ts';
import { isAlarmed, type Memory } from '../domain/memory.ts';
import type { Stamp } from './events.ts';
import type { Volatile } from './turn.ts';
import { BATTERY_PERCENT_CRITICAL, BATTERY_PERCENT_LOW } from './verdict.ts';

/** Parts that only the mechanism's own board can tell of. */
export type MechanicalPart = 'motor' | 'sensors';

/** What stands against a part, the worst first: a fault of the mechanism is told where a technician would look for it. */
const AGAINST: Readonly<Record<MechanicalPart, readonly AlarmCode[]>> = {
  motor: ['mechanism-silent', 'mechanism-jam', 'dose-uncertain', 'position-mismatch', 'internal-fault'],
  sensors: [
    'mechanism-silent',
    'sensor-fault',
    'position-mismatch',
    'mechanism-jam',
    'dose-uncertain',
    'internal-fault',
  ],
};

/** What is wrong with the mechanism, as a short word; null when nothing is known to be. */
export function mechanismFault(part: MechanicalPart, memory: Memory): string | null {
  const standing = AGAINST[part].find((code) => isAlarmed(memory, code));
  // Where something is stuck, that is why nobody knows what became of the dose: the sensors are well.
  if (standing !== undefined) return part === 'sensors' && standing === 'mechanism-jam' ? null : standing;
  return memory.registers.position === null ? 'never-inspected' : null;
}

/** Also on the mains: a battery that is empty then is one that does not charge, or will not last. */
export function batteryFault({ source, batteryPercent }: Volatile['power']): string | null {
  if (source === 'battery' && batteryPercent <= BATTERY_PERCENT_CRITICAL) return 'battery-critical';
  if (batteryPercent <= BATTERY_PERCENT_LOW) return 'battery-low';
  return source === 'battery' ? 'no-mains' : null;
}

/**
 * What the unit says of its parts to somebody who is not there. A lamp or a voice that nobody looks or listens to tells
 * nothing, and might call a citizen for nothing: those are not tried. That it hears the question shows its radio well.
 */
export function testedFromAfar(
  parts: readonly SelfTestPart[],
  memory: Memory,
  { power }: Pick<Volatile, 'power'>,
  { trusted }: Pick<Stamp, 'trusted'>,
): readonly TestedPart[] {
  const judged: Readonly<Partial<Record<SelfTestPart, () => string | null>>> = {
    motor: () => mechanismFault('motor', memory),
    sensors: () => mechanismFault('sensors', memory),
    battery: () => batteryFault(power),
    clock: () => (trusted ? null : 'time-suspect'),
    radio: () => null,
  };
  return selfTestParts.flatMap((part): TestedPart[] => {
    if (!parts.includes(part)) return [];
    const judge = judged[part];
    if (judge === undefined) return [{ part, outcome: 'untold', by: 'person' }];
    const found = judge();
    return [{ part, outcome: found === null ? 'passed' : 'failed', by: 'unit', ...(found === null ? {} : { found }) }];
  });
}

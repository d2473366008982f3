import { deviceClassId } from '../../../hal/linux/device-class.ts';
import { TestUnit } from './tech-bench.ts';

/** A unit fresh from its box, which restarts when it has been told whom it is. */
export class FreshUnit extends TestUnit {
  constructor() {
    super();
    this.is({ device: null, phase: 'unprovisioned', config: null, epoch: null, serviceNumber: null, faults: [] });
    this.is({ deviceClass: deviceClassId('dispenser') });
    const { provision } = this.enrolment;
    this.enrolment = {
      ...this.enrolment,
      provision: (enrolment) => {
        const verdict = provision(enrolment);
        if (verdict === null) setImmediate(() => this.onRestart());
        return verdict;
      },
    };
  }

  is(changes: Partial<TestUnit['state']>): void {
    this.state = { ...this.state, ...changes };
  }
}

import { expect, it } from 'vitest';
import type { CommandResult } from '../../../../firmware/domain/orders.ts';
import { Ledger } from '../../../../firmware/ledger/ledger.ts';
import { COMMANDS_KEPT_MAX } from '../../../../firmware/ledger/orders.ts';
import { provisioned, START } from './samples.ts';

it('never forgets how far it has forgotten, when an old command ends at last', () => {
  const ledger = new Ledger(provisioned());
  const at = START / 1000;
  const taken = (id: number, result: CommandResult) => {
    const command = { id, hash: new Uint8Array(32).fill(id), type: 'message', at, result } as const;
    ledger.commit([{ set: 'command', command }], [], START);
  };
  const [newest, accepted] = [COMMANDS_KEPT_MAX + 3, new Set([1, 2, 4])];
  for (let id = 1; id <= newest; id += 1) taken(id, { status: accepted.has(id) ? 'accepted' : 'done' });
  expect(ledger.forgottenThrough).toBe(3);
  ledger.commit([{ set: 'answer', id: 1, at, result: { status: 'done' } }], [], START);
  taken(newest + 1, { status: 'done' });
  expect(ledger.forgottenThrough).toBe(3);
});

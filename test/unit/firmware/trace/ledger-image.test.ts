import { describe, expect, it } from 'vitest';
import { provision } from '../../../../firmware/ledger/provision.ts';
import { MIGRATIONS } from '../../../../firmware/ledger/schema.ts';
import { replayTrace } from '../../../../sim/run/replay.ts';
import { readTrace, TraceFileError } from '../../../../sim/run/trace-file.ts';
import { HOUR, labels } from '../rig.ts';
import { FieldRig } from './field-rig.ts';

/** A unit whose ledger somebody has had their hands in while it was off. */
function meddledWith(
  meddle: (rig: FieldRig) => void,
  options: ConstructorParameters<typeof FieldRig>[0] = {},
): FieldRig {
  const rig = new FieldRig({ rolls: { A: labels('2026-11-20', 14) }, ...options });
  rig.cutPower();
  meddle(rig);
  rig.boot();
  rig.pass(HOUR);
  return rig;
}

describe('a trace begins with the ledger as it was', () => {
  it.each<[string, string, (rig: FieldRig) => void]>([
    [
      'with a changed register',
      'altered',
      (rig) => rig.store.exec(`UPDATE register SET value = '9' WHERE name = 'inBin'`),
    ],
    ['without a rule', 'altered', (rig) => rig.store.exec('DROP TRIGGER log_is_history')],
    ['of a newer firmware', 'newer', (rig) => rig.store.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`)],
    [
      'with a changed configuration',
      'whole',
      (rig) =>
        rig.store.exec(
          `DROP TRIGGER config_is_history; UPDATE config SET document = x'a0';
           CREATE TRIGGER config_is_history BEFORE UPDATE ON config
  BEGIN SELECT RAISE(ABORT, 'a configuration is never changed'); END`,
        ),
    ],
    ['with a lost record', 'whole', (rig) => rig.store.exec('DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)')],
  ])('and a unit with one %s locks itself again in the replay', (_how, state, meddle) => {
    const rig = meddledWith(meddle);
    expect(rig.host.state.phase).toBe('lockedDown');
    expect(rig.text).toContain(`"state":"${state}"`);
    expect(rig.replay()).toMatchObject({ divergence: null, same: true });
  });

  it('and a damaged file is not read any further', () => {
    const rig = meddledWith(({ store }) => {
      store.integrityProblems = () => ['row 7 missing from index dose_opens'];
    });
    const last = rig.text.slice(rig.text.lastIndexOf('{"dosis"'));
    expect(last).toContain('"state":"damaged"');
    expect(last).toContain('"problems":1');
    expect(last).not.toContain('"table"');
    expect(rig.replay()).toMatchObject({ divergence: null, same: true });
  });

  it('and a unit that was never set up is as empty in the replay', () => {
    const rig = meddledWith(() => {}, { unprovisioned: true, rolls: {} });
    expect(rig.host.state.cause?.fault).toBe('empty');
    expect(rig.replay()).toMatchObject({ divergence: null, same: true });
  });

  it('and one without a configuration waits for its first', () => {
    const rig = meddledWith(() => {}, { unconfigured: true, rolls: {} });
    expect(rig.replay()).toMatchObject({ divergence: null, same: true });
  });

  it('and one that was only now set up with another ledger is not taken for it', () => {
    const rig = meddledWith(() => {}, { unprovisioned: true, rolls: {} });
    provision(rig.store, { device: 'DD-0042', epoch: 9, atMs: rig.wallMs });
    rig.restart();
    expect(rig.replay()).toMatchObject({ divergence: null, runs: 3 });
  });
});

describe('rows that are no ledger', () => {
  const text = meddledWith(() => {}).text;
  const at = text.split('\n').findIndex((line) => line.startsWith('{"table":"log"')) + 1;

  it.each([
    ['of a table that there is not', /"table":"log"/, '"table":"sqlite_schema"', 'there is no table "sqlite_schema"'],
    [
      'with a value too many',
      /("table":"log","rows":\[\[1,)/,
      '$11,',
      'a row of the table "log" breaks its rules (it has 5 values, not 4)',
    ],
    [
      'of no known kind',
      /("table":"log","rows":\[\[)1,/,
      '$1true,',
      'a row of the table "log" breaks its rules (a value is neither text',
    ],
    [
      'twice',
      /("table":"log","rows":\[)(\[1,.*?\]),/,
      '$1$2,$2,',
      'a row of the table "log" breaks its rules (UNIQUE constraint failed',
    ],
  ])('are refused in one sentence with file and line: %s', (_what, good, bad, words) => {
    const spoilt = text.replace(good, bad);
    expect(spoilt).not.toBe(text);
    const replay = () => replayTrace(readTrace(spoilt, 'a.jsonl'), 'a.jsonl');
    expect(replay).toThrow(TraceFileError);
    expect(replay).toThrow(`a.jsonl:${at}: ${words}`);
    expect(replay).toThrow(/; fetch it from the unit again, or write it anew with "dosis sim run --trace"\.$/);
  });
});

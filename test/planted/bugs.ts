// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are pieces of the firmware's source
/** One planted bug: a safety rule broken by one small change of the firmware's text. */
export interface PlantedBug {
  readonly title: string;
  readonly file: string;
  /** Must stand in the file exactly once, so that a bug cannot quietly stop being planted. */
  readonly find: string;
  readonly plant: string;
  /** What finds it: a rule of the oracle, or a story and what one of its steps expects. */
  readonly breaks: string;
}

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    title: 'an intent is not committed before its movement',
    file: 'firmware/host/running-host.ts',
    find: 'if (records.length > 0 || changes.some(isUrgent)) {',
    plant: 'if (records.length > 0) {',
    breaks: 'intent-before-movement',
  },
  {
    title: 'the movement comes before the commit',
    file: 'firmware/host/running-host.ts',
    find: 'if (records.length > 0 || changes.some(isUrgent)) {',
    plant:
      'for (const effect of effects) if (effect.type.startsWith("mechanism.")) this.#perform(effect, stamp);\n    effects = effects.filter(({ type }) => !type.startsWith("mechanism."));\n    if (records.length > 0 || changes.some(isUrgent)) {',
    breaks: 'intent-before-movement',
  },
  {
    title: 'the dose key forgets the day',
    file: 'firmware/domain/dose.ts',
    find: 'return `${slot}/${date}`;',
    plant: 'return `${slot}/${date.slice(0, 7)}-01`;',
    breaks: 'every-dose-ends',
  },
  {
    title: 'a clock that went back is believed',
    file: 'firmware/domain/clock-trust.ts',
    find: 'return Math.abs(reading.wallMs - earlier.wallMs - monoBy) <= DIVERGENCE_MS_MAX + drift * monoBy;',
    plant: 'return true;',
    breaks: 'clock-set-back: alarm time-suspect',
  },
  {
    title: 'a blocked gate counts as not moved',
    file: 'firmware/domain/evidence.ts',
    find: "gate === 'blocked' || fed === null",
    plant: 'fed === null',
    breaks: 'story-09-cutter-jams: morgen/2026-09-14: uncertain',
  },
  {
    title: 'a movement that happened counts as not moved',
    file: 'firmware/domain/evidence.ts',
    find: "if (fedBy === 1) return 'moved';\n    if (fedBy !== 0)",
    plant: "if (fedBy === 1) return 'notMoved';\n    if (fedBy !== 0)",
    breaks: 'record-matches-world',
  },
  {
    title: 'the least interval is forgotten',
    file: 'firmware/machine/verdict.ts',
    find: 'stamp.wallMs < lastDoseMs + minIntervalMs',
    plant: 'false',
    breaks: 'minimum-interval',
  },
  {
    title: 'what the centre has not stored is forgotten',
    file: 'firmware/ledger/record-log.ts',
    find: 'Math.min(acked, seq - LOG_KEPT_MAX)',
    plant: 'seq - 1',
    breaks: 'centre-has-everything',
  },
  {
    title: 'a missed dose raises no alarm',
    file: 'firmware/machine/steps/schedule.ts',
    find: "turn.raise('dose-missed', dose);",
    plant: '',
    breaks: 'missed-dose-alarms',
  },
  {
    title: 'a missed sachet stays at the head of the roll',
    file: 'firmware/domain/leftovers.ts',
    find: 'if (isLabel(head) && isOver(memory, head)) {',
    plant: 'if (isLabel(head) && false) {',
    breaks: 'story-03-margrethe-forgets: sachets in the bin: 1',
  },
  {
    title: 'a released sachet is not taken off the roll',
    file: 'firmware/machine/steps/settlement.ts',
    find: '  turn.roll(roll, 1);\n  turn.register(',
    plant: '  turn.register(',
    breaks: 'stock-is-known',
  },
  {
    title: 'a pause withholds nothing',
    file: 'firmware/machine/steps/schedule.ts',
    find: 'else withhold(turn, dose, mode);',
    plant: '',
    breaks: 'story-11-admitted-to-hospital: aften/2026-01-14: withheld',
  },
  {
    title: 'what nobody took stays in the cup',
    file: 'firmware/machine/chart.ts',
    find: 'memory.settings.profile.retracts &&\n',
    plant: 'false &&\n',
    breaks: 'every-dose-ends',
  },
  {
    title: 'after a restart a presented dose is forgotten',
    file: 'firmware/machine/chart.ts',
    find: "dosePresented: ask((memory) => doseIn(memory, 'presented') !== null),",
    plant:
      "dosePresented: ask((memory, volatile, stamp) => doseIn(memory, 'presented') !== null && stamp.monoMs > 60_000),",
    breaks: 'every-dose-ends',
  },
  {
    title: 'a dose that nobody can see taken has no end',
    file: 'firmware/machine/call.ts',
    find: 'export const UNSEEN_MS = 10_000;',
    plant: 'export const UNSEEN_MS = 10_000_000;',
    breaks: 'no-cup-sensor: morgen/2026-03-02: released',
  },
  {
    title: 'a unit that takes the place of another forgets what that one gave',
    file: 'firmware/domain/handover.ts',
    find: ', fate, moved: sachets };',
    plant: ", fate: 'due', moved: sachets };",
    breaks: 'one-fate-per-dose',
  },
];

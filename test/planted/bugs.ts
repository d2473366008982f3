// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are pieces of the firmware's source
/** One planted bug: a safety rule broken by one small change of the firmware's text. */
export interface PlantedBug {
  readonly title: string;
  readonly file: string;
  /** Must stand in the file exactly once, so that a bug cannot quietly stop being planted. */
  readonly find: string;
  readonly plant: string;
}

const bug = (title: string, file: string, find: string, plant: string): PlantedBug => ({
  title,
  file: `firmware/${file}`,
  find,
  plant,
});

export const PLANTED_BUGS: readonly PlantedBug[] = [
  bug(
    'an intent is not committed before its movement',
    'host/host.ts',
    'if (records.length > 0 || changes.some(isUrgent)) {',
    'if (records.length > 0) {',
  ),
  bug(
    'the movement comes before the commit',
    'host/host.ts',
    'if (records.length > 0 || changes.some(isUrgent)) {',
    'for (const effect of effects) if (effect.type.startsWith("mechanism.")) this.#perform(effect, stamp);\n    effects = effects.filter(({ type }) => !type.startsWith("mechanism."));\n    if (records.length > 0 || changes.some(isUrgent)) {',
  ),
  bug(
    'the dose key forgets the day',
    'domain/dose.ts',
    'return `${slot}/${date}`;',
    'return `${slot}/${date.slice(0, 7)}-01`;',
  ),
  bug(
    'a clock that went back is believed',
    'domain/clock-trust.ts',
    'return Math.abs(reading.wallMs - earlier.wallMs - monoBy) <= DIVERGENCE_MS_MAX + drift * monoBy;',
    'return true;',
  ),
  bug('a blocked gate counts as not moved', 'domain/evidence.ts', "gate === 'blocked' || fed === null", 'fed === null'),
  bug(
    'a movement found at boot counts as not moved',
    'domain/evidence.ts',
    "if (fedBy === 1) return 'moved';\n    if (fedBy !== 0)",
    "if (fedBy === 1) return 'notMoved';\n    if (fedBy !== 0)",
  ),
  bug('the least interval is forgotten', 'machine/verdict.ts', 'stamp.wallMs < lastReleaseMs + minIntervalMs', 'false'),
  bug(
    'an acknowledgement clears more than was stored',
    'machine/steps/watch.ts',
    'const through = Math.min(turn.event.through, turn.memory.lastSeq);',
    'const through = turn.memory.lastSeq;',
  ),
  bug('a missed dose raises no alarm', 'machine/steps/schedule.ts', "turn.raise('dose-missed', dose);", ''),
  bug(
    'a missed sachet stays at the head of the roll',
    'domain/leftovers.ts',
    'if (isLabel(head) && isOver(memory, head)) {',
    'if (isLabel(head) && false) {',
  ),
  bug(
    'a released sachet is not taken off the roll',
    'machine/steps/settlement.ts',
    "  turn.roll(roll, 1);\n  turn.register('lastReleaseMs', intent.atMs);",
    "  turn.register('lastReleaseMs', intent.atMs);",
  ),
  bug('a pause withholds nothing', 'machine/steps/schedule.ts', 'else withhold(turn, dose, mode);', ''),
  bug('what nobody took stays in the cup', 'machine/chart.ts', 'memory.settings.profile.retracts &&\n', 'false &&\n'),
  bug(
    'after a restart a presented dose is forgotten',
    'machine/chart.ts',
    "dosePresented: ask((memory) => doseIn(memory, 'presented') !== null),",
    "dosePresented: ask((memory, volatile, stamp) => doseIn(memory, 'presented') !== null && stamp.monoMs > 60_000),",
  ),
];

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Espeak, VOICES } from '../../hal/linux/voice/espeak.ts';
import { renderSignal } from '../../hal/linux/voice/tone.ts';
import { createVoice, type Voice, type VoiceOptions } from '../../hal/linux/voice/voice.ts';
import { atPeak, durationMs, type Sound } from '../../hal/linux/voice/wav.ts';
import type { PanelView } from '../../hal/ports/panel.ts';
import { alarmBursts, PEAK_DB, reminders } from '../../hal/signals/signals.ts';
import { shownPriority } from '../../protocol/faults/shown.ts';
import { phrase } from '../../protocol/phrases.ts';
import { levelDb, peakDb, pitchesIn } from '../unit/hal/heard.ts';
import { buildSoundCard, noAplay, noEspeak, type SoundCard } from './sound-card.ts';

const patience = { timeout: 60_000, interval: 10 };
const view: PanelView = {
  message: 'ready-none',
  params: {},
  lamp: 'ready',
  light: 1,
  sound: 0,
  soundPaused: false,
  choices: [],
  button: 'idle',
  device: 'DD-0042',
  serviceNumber: '70 12 34 56',
};

interface Room {
  readonly voice: Voice;
  readonly logged: string[];
}

function build(card: SoundCard, other: Partial<VoiceOptions> = {}): Room {
  const logged: string[] = [];
  const voice = createVoice({
    log: { write: (level, text) => logged.push(`${level} ${text}`) },
    player: card.player,
    folder: join(card.folder, 'phrases'),
    language: () => 'da',
    words: phrase,
    priorityOf: ({ message, params }) => shownPriority(message, params),
    ...other,
  });
  onTestFinished(() => voice.close());
  return { voice, logged };
}

/** Whether a card has been given exactly this; its last period is filled up with silence. */
function heardAs(heard: Sound | undefined, meant: Sound): boolean {
  return heard !== undefined && meant.samples.every((sample, index) => sample === heard.samples[index]);
}

const program = (card: SoundCard, name: string, script: string): string => {
  const path = join(card.folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
};

const missing = noAplay ?? noEspeak;
if (missing !== undefined)
  it.skipIf(process.env.CI !== 'true')(`voice contract (${missing})`, () => expect.fail(missing));

describe.runIf(missing === undefined)('the voice, through the real espeak-ng and the real aplay', () => {
  it('says a phrase, and finds it rendered the next time, also after a restart', async () => {
    const card = buildSoundCard();
    const espeak = program(card, 'espeak', `echo run >>'${card.folder}/runs'; exec espeak-ng "$@"`);
    const runs = () => readFileSync(join(card.folder, 'runs'), 'utf8').trim().split('\n').length;
    const meant = await new Espeak().render(phrase('remind-firm', 'da'), VOICES.da);
    const first = build(card, { espeak });
    first.voice.speech.say('remind-firm', {});
    await vi.waitFor(() => expect(card.heard().some((sound) => heardAs(sound, meant))).toBe(true), patience);
    const phrases = join(card.folder, 'phrases');
    await vi.waitFor(
      () => expect(readdirSync(phrases).filter((name) => name.endsWith('.wav'))).toHaveLength(1),
      patience,
    );
    const afterFirst = runs();
    const second = build(card, { espeak });
    second.voice.speech.say('remind-firm', {});
    await vi.waitFor(() => expect(card.heard().filter((sound) => heardAs(sound, meant))).toHaveLength(2), patience);
    // It was asked for its version once more, and for no phrase.
    expect(runs()).toBe(afterFirst + 1);
    expect(second.voice.speaks).toBe(true);
    expect([...first.logged, ...second.logged]).toEqual([]);
  });

  it.each(['da', 'en'] as const)('speaks %s at a sound pace, loudness and pitch', async (language) => {
    const sound = await new Espeak().render(phrase('dose-call', language), VOICES[language]);
    expect(durationMs(sound)).toBeGreaterThan(2_000);
    expect(durationMs(sound)).toBeLessThan(6_000);
    expect(peakDb(sound)).toBeCloseTo(-2, 1);
    expect(levelDb(sound)).toBeGreaterThan(-26);
    expect(levelDb(sound)).toBeLessThan(-12);
    const pitches = [...pitchesIn(sound)].sort((one, other) => one - other);
    expect(pitches.length).toBeGreaterThan(20);
    const middle = pitches[Math.floor(pitches.length / 2)] ?? 0;
    expect(middle).toBeGreaterThan(75);
    expect(middle).toBeLessThan(200);
    // A voice, not a tone: its pitch moves.
    expect((pitches.at(-5) ?? 0) - (pitches[5] ?? 0)).toBeGreaterThan(10);
  });

  it('speaks another language once the unit does', async () => {
    const card = buildSoundCard();
    let language: 'da' | 'en' = 'da';
    const { voice } = build(card, { language: () => language });
    language = 'en';
    voice.speech.say('thank-you', {});
    const meant = await new Espeak().render('Thank you.', VOICES.en);
    await vi.waitFor(() => expect(card.heard().some((sound) => heardAs(sound, meant))).toBe(true), patience);
  });

  it('renders ahead, the first first, into files that it makes anew when a power cut has left half of one', async () => {
    const card = buildSoundCard();
    const folder = join(card.folder, 'phrases');
    const { voice } = build(card);
    const rendered = () => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.wav')) : []);
    voice.renderAhead(['Tak.', 'Et øjeblik …'], 'da');
    await vi.waitFor(() => expect(rendered()).toHaveLength(2), patience);
    for (const name of rendered()) truncateSync(join(folder, name), 1_000);
    const { voice: next } = build(card);
    next.speech.say('thank-you', {});
    const meant = await new Espeak().render('Tak.', VOICES.da);
    await vi.waitFor(() => expect(card.heard().some((sound) => heardAs(sound, meant))).toBe(true), patience);
  });

  it('says only the last of what was said while the first was still being rendered', async () => {
    const card = buildSoundCard();
    const espeak = program(
      card,
      'espeak',
      `[ "$1" = --version ] && exec espeak-ng --version
text=$(cat); case "$text" in Tak*) until [ -e '${card.folder}/go' ]; do sleep 0.02; done;; esac
printf %s "$text" | espeak-ng "$@"; [ -e '${card.folder}/go' ] && touch '${card.folder}/done'; exit 0`,
    );
    const { voice } = build(card, { espeak });
    voice.speech.say('thank-you', {});
    voice.speech.say('working', {});
    const meant = await new Espeak().render(phrase('working', 'da'), VOICES.da);
    const heard = () => card.heard().filter((sound) => durationMs(sound) > 200);
    await vi.waitFor(() => expect(heard().some((sound) => heardAs(sound, meant))).toBe(true), patience);
    writeFileSync(join(card.folder, 'go'), '');
    const phrases = join(card.folder, 'phrases');
    await vi.waitFor(
      () => expect(readdirSync(phrases).filter((name) => name.endsWith('.wav'))).toHaveLength(2),
      patience,
    );
    voice.speech.say('working', {});
    await vi.waitFor(() => expect(heard()).toHaveLength(2), patience);
    expect(heard().every((sound) => heardAs(sound, meant))).toBe(true);
  });

  it('cuts a phrase off for the next one', async () => {
    const card = buildSoundCard();
    const [begun, cut] = [join(card.folder, 'begun'), join(card.folder, 'cut')];
    const script = `cat >/dev/null; trap 'touch ${cut}; exit 1' TERM; touch ${begun}; while :; do sleep 0.02; done`;
    const { voice, logged } = build(card, { player: program(card, 'player', script) });
    voice.speech.say('thank-you', {});
    await vi.waitFor(() => expect(existsSync(begun)).toBe(true), patience);
    voice.speech.say('working', {});
    await vi.waitFor(() => expect(existsSync(cut)).toBe(true), patience);
    expect(logged).toEqual([]);
  });
});

describe.runIf(missing === undefined)('a unit that cannot speak', () => {
  it('says so once and goes on, without espeak-ng', async () => {
    const card = buildSoundCard();
    const { voice, logged } = build(card, { espeak: '/nowhere/espeak-ng' });
    voice.speech.say('thank-you', {});
    voice.speech.say('working', {});
    voice.renderAhead(['Tak.'], 'da');
    await vi.waitFor(() => expect(logged).toHaveLength(1), patience);
    expect(logged[0]).toMatch(/^warning The unit has no voice: espeak-ng failed \(.*ENOENT.*\)\. Install espeak-ng\.$/);
    expect(voice.speaks).toBe(false);
  });

  it('says so once and goes on, with an espeak-ng that is broken', async () => {
    const card = buildSoundCard();
    const espeak = program(
      card,
      'espeak',
      '[ "$1" = --version ] && exec espeak-ng --version; echo no data >&2; exit 3',
    );
    const { voice, logged } = build(card, { espeak });
    for (const key of ['thank-you', 'working', 'missed']) voice.speech.say(key, {});
    await vi.waitFor(() => expect(logged).toHaveLength(1), patience);
    expect(logged[0]).toContain('no data');
    expect(voice.speaks).toBe(false);
  });

  it('blames nobody when its rendering is stopped with the rest, as by Ctrl-C, and renders the phrase anew', async () => {
    const card = buildSoundCard();
    const stopped = join(card.folder, 'stopped');
    const espeak = program(
      card,
      'espeak',
      `[ -e '${stopped}' ] || [ "$1" = --version ] || { touch '${stopped}'; kill -INT $$; }; exec espeak-ng "$@"`,
    );
    const { voice, logged } = build(card, { espeak });
    voice.speech.say('thank-you', {});
    await vi.waitFor(() => expect(existsSync(stopped)).toBe(true), patience);
    voice.speech.say('working', {});
    await vi.waitFor(() => expect(card.heard().some((sound) => durationMs(sound) > 200)).toBe(true), patience);
    expect(logged).toEqual([]);
  });

  it('says so once when espeak-ng crashes', async () => {
    const card = buildSoundCard();
    const espeak = program(card, 'espeak', '[ "$1" = --version ] && exec espeak-ng --version; kill -SEGV $$');
    const { voice, logged } = build(card, { espeak });
    voice.speech.say('thank-you', {});
    await vi.waitFor(() => expect(logged).toHaveLength(1), patience);
    expect(logged[0]).toContain('espeak-ng failed (it ended with SIGSEGV)');
  });

  it('says so once and goes on, without a sound card, and again speaks when it is back', async () => {
    const card = buildSoundCard();
    const plugged = join(card.folder, 'plugged');
    const player = program(
      card,
      'player',
      `[ -e '${plugged}' ] || { echo 'audio open error: No such file' >&2; exit 1; }; exec '${card.player}' "$@"`,
    );
    const { voice, logged } = build(card, { player });
    voice.speech.say('thank-you', {});
    await vi.waitFor(() => expect(logged).toHaveLength(1), patience);
    expect(logged[0]).toContain('audio open error: No such file');
    expect(voice.speaks).toBe(false);
    writeFileSync(plugged, '');
    voice.speech.say('working', {});
    await vi.waitFor(() => expect(voice.speaks).toBe(true), patience);
    expect(logged).toEqual([logged[0], 'info The loudspeaker plays again.']);
  });

  it('speaks on from memory when the disk takes no more, and says so once', async () => {
    const card = buildSoundCard();
    writeFileSync(join(card.folder, 'phrases'), 'a file where the folder belongs');
    const { voice, logged } = build(card);
    voice.renderAhead(['Tak.', 'Et øjeblik …'], 'da');
    voice.speech.say('thank-you', {});
    const meant = await new Espeak().render('Tak.', VOICES.da);
    await vi.waitFor(() => expect(card.heard().some((sound) => heardAs(sound, meant))).toBe(true), patience);
    voice.speech.say('working', {});
    const then = await new Espeak().render(phrase('working', 'da'), VOICES.da);
    await vi.waitFor(() => expect(card.heard().some((sound) => heardAs(sound, then))).toBe(true), patience);
    await vi.waitFor(() => expect(logged).toHaveLength(1), patience);
    expect(logged[0]).toContain('Spoken phrases cannot be kept in');
    expect(voice.speaks).toBe(true);
  });
});

describe.runIf(noAplay === undefined)('the tones of a picture, through the real aplay', () => {
  it('plays the reminder of the level, and the burst of an alarm’s priority', async () => {
    const card = buildSoundCard();
    const { voice } = build(card);
    voice.sounds.show({ ...view, message: 'dose-call', lamp: 'call', sound: 2 });
    const reminder = atPeak(renderSignal(reminders[2]), PEAK_DB[2]);
    await vi.waitFor(() => expect(card.heard().some((sound) => heardAs(sound, reminder))).toBe(true), patience);
    voice.sounds.show({ ...view, message: 'fault', params: { code: '14' }, lamp: 'alarm', sound: 3 });
    const burst = atPeak(renderSignal(alarmBursts.medium), PEAK_DB[3]);
    await vi.waitFor(() => expect(card.heard().some((sound) => heardAs(sound, burst))).toBe(true), patience);
  });

  it('ends a tone at once when the sound is paused, also on a sound card that is stuck', async () => {
    const pipe = join(buildSoundCard().folder, 'stuck');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const card = buildSoundCard(pipe);
    const pids = join(card.folder, 'pids');
    const player = program(card, 'player', `echo $$ >>'${pids}'; exec '${card.player}' "$@"`);
    const { voice, logged } = build(card, { player, patienceMs: 600_000 });
    const begun = () => (existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n').map(Number) : []);
    voice.sounds.show({ ...view, message: 'dose-call', lamp: 'call', sound: 3 });
    await vi.waitFor(() => expect(begun()).not.toEqual([]), patience);
    voice.sounds.show({ ...view, message: 'dose-call', lamp: 'call', sound: 0 });
    const isThere = (pid: number) => existsSync(`/proc/${pid}`);
    await vi.waitFor(() => expect(begun().filter(isThere)).toEqual([]), patience);
    expect(logged).toEqual([]);
  });
});

import { computed, effect } from '@preact/signals';
import { partials, type SoundPattern, soundPattern, volumes } from './sound-patterns.ts';
import { connection, frame, language, soundOn } from './state.ts';

let audio: AudioContext | null = null;
let timbre: PeriodicWave | null = null;

/** Call this from a click: browsers let a page make sound only from then on. */
export function turnSound(on: boolean): void {
  soundOn.value = on;
  if (!on) {
    speechSynthesis.cancel();
    return;
  }
  audio ??= new AudioContext();
  timbre ??= audio.createPeriodicWave(new Float32Array(partials.length + 1), new Float32Array([0, ...partials]));
  void audio.resume();
}

/** Silent while time stands still or the picture is old: then nobody's device is ringing. */
const level = computed(() => {
  const now = frame.value;
  const heard = soundOn.value && now?.hardware.on === true && !now.clock.paused && connection.value === 'open';
  return heard ? now.view.sound : 0;
});
const pattern = computed(() => soundPattern(frame.value?.view.lamp ?? 'off', level.value));

/** Plays and speaks what the device does, from now on. */
export function listenToDevice(): void {
  effect(() => (pattern.value === null ? undefined : repeat(pattern.value, volumes[level.value])));
  let spoken = frame.peek()?.speech?.id ?? null;
  let first = true;
  effect(() => {
    const now = frame.value;
    if (now === null) return;
    const id = now.speech?.id ?? null;
    const isNew = id !== spoken && !first;
    first = false;
    spoken = id;
    if (isNew && now.speech !== null && soundOn.peek()) speak(now.speech.text[language.peek()]);
  });
}

function repeat(pulses: SoundPattern, volume: number): () => void {
  const bus = audio?.createGain();
  if (audio === null || bus === undefined) return () => undefined;
  bus.gain.value = volume;
  bus.connect(audio.destination);
  const round = () => playOnce(pulses, bus);
  round();
  const timer = setInterval(round, pulses.repeatMs);
  return () => {
    clearInterval(timer);
    bus.disconnect();
  };
}

function playOnce({ pulses }: SoundPattern, bus: GainNode): void {
  if (audio === null || timbre === null) return;
  const start = audio.currentTime + 0.05;
  for (const pulse of pulses) {
    const from = start + pulse.atMs / 1000;
    const until = from + pulse.lengthMs / 1000;
    const tone = audio.createOscillator();
    const shape = audio.createGain();
    tone.setPeriodicWave(timbre);
    tone.frequency.value = pulse.pitchHz;
    shape.gain.setValueAtTime(0, from);
    shape.gain.linearRampToValueAtTime(1, from + 0.02);
    shape.gain.exponentialRampToValueAtTime(0.001, until);
    tone.connect(shape).connect(bus);
    tone.start(from);
    tone.stop(until);
  }
}

/** A new phrase interrupts the last, as the unit's own voice does. */
function speak(text: string): void {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.lang = language.peek() === 'da' ? 'da-DK' : 'en-GB';
  utterance.rate = 0.9;
  speechSynthesis.cancel();
  speechSynthesis.speak(utterance);
}

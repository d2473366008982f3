import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { IN_PLACE } from '../../firmware/domain/placement.ts';
import { createSigns } from '../../hal/linux/signs.ts';
import { Espeak, VOICES } from '../../hal/linux/voice/espeak.ts';
import { renderSignal } from '../../hal/linux/voice/tone.ts';
import { atPeak, type Sound } from '../../hal/linux/voice/wav.ts';
import type { PanelView } from '../../hal/ports/panel.ts';
import type { SensorEvent } from '../../hal/ports/sensors.ts';
import { PEAK_DB, reminders } from '../../hal/signals/signals.ts';
import { shownPriority } from '../../protocol/faults/shown.ts';
import { phrase } from '../../protocol/phrases.ts';
import { saidAhead } from '../../protocol/said-ahead.ts';
import { kioskViews } from '../unit/hal/kiosk-views.ts';
import { buildSoundCard, noAplay, noEspeak } from './sound-card.ts';

const patience = { timeout: 60_000, interval: 10 };
const missing = noAplay ?? noEspeak;
if (missing !== undefined)
  it.skipIf(process.env.CI !== 'true')(`what a board shows and says (${missing})`, () => expect.fail(missing));

function build() {
  const card = buildSoundCard();
  const shown: PanelView[] = [];
  const told: SensorEvent[] = [];
  const logged: string[] = [];
  let language: 'da' | 'en' = 'da';
  const signs = createSigns({
    log: { write: (level, text) => logged.push(`${level} ${text}`) },
    board: {
      panel: { show: (view) => shown.push(view) },
      sensors: {
        listen: () => undefined,
        power: () => ({ source: 'mains', batteryPercent: 90 }),
        door: () => 'closed',
        placement: () => IN_PLACE,
      },
    },
    language: () => language,
    words: phrase,
    saidAhead,
    priorityOf: ({ message, params }) => shownPriority(message, params),
    phraseFolder: join(card.folder, 'phrases'),
    programs: { player: card.player },
    display: { port: 0, portNamed: '"display"' },
    powerFolder: join(card.folder, 'no-power-supply'),
  });
  signs.sensors.listen((event) => told.push(event));
  onTestFinished(() => signs.close());
  const speak = (next: 'da' | 'en') => {
    language = next;
  };
  return { signs, card, shown, told, logged, speak };
}

/** What a page that comes now is told to be shown. */
async function shownId(url: string): Promise<string> {
  const stream = await fetch(url);
  let text = '';
  for await (const part of stream.body ?? []) {
    text += new TextDecoder().decode(part);
    const [, data] = /^event: picture\ndata: (.*)\n\n/m.exec(text) ?? [];
    if (data !== undefined) return (JSON.parse(data) as { id: string }).id;
  }
  return '';
}

const heardAs = (meant: Sound) => (heard: Sound) => meant.samples.every((sample, at) => sample === heard.samples[at]);

it.runIf(missing === undefined)(
  'a picture is shown by lamp and display, is heard, and asks for an answer',
  async () => {
    const { signs, card, shown, told, logged } = build();
    signs.panel.show(kioskViews.due);
    signs.speech.say('remind-firm', {});
    const reminder = atPeak(renderSignal(reminders[2]), PEAK_DB[2]);
    const voice = await new Espeak().render(phrase('remind-firm', 'da'), VOICES.da);
    await vi.waitFor(() => expect(card.heard().some(heardAs(voice))).toBe(true), patience);
    await vi.waitFor(() => expect(card.heard().some(heardAs(reminder))).toBe(true), patience);
    // Until the loudspeaker is known to play, the electronics sound themselves.
    await vi.waitFor(() => expect(shown).toEqual([kioskViews.due, { ...kioskViews.due, sound: 0 }]), patience);
    await vi.waitFor(() => expect(signs.displayUrl).toBeDefined(), patience);
    signs.panel.show(kioskViews.question);
    const id = await shownId(`${signs.displayUrl}view`);
    const origin = signs.displayUrl?.slice(0, -1) ?? '';
    const answer = { method: 'POST', headers: { origin }, body: JSON.stringify({ id, choice: 2 }) };
    expect((await fetch(`${origin}/choice`, answer)).status).toBe(204);
    expect(told).toEqual([{ type: 'choice.pressed', choice: 2 }]);
    expect(shown.at(-1)).toEqual(kioskViews.question);
    expect(signs.sensors.power()).toEqual({ source: 'mains', batteryPercent: 90 });
    expect([signs.speaks, logged]).toEqual([true, []]);
  },
);

it.runIf(missing === undefined)(
  'everything that a unit can say is rendered as soon as it knows its own name',
  async () => {
    const { signs, card, speak } = build();
    const folder = join(card.folder, 'phrases');
    const rendered = () =>
      existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.wav')).length : 0;
    const unit = { device: kioskViews.ready.device, serviceNumber: kioskViews.ready.serviceNumber };
    const danish = saidAhead({ language: 'da', ...unit }).length;
    signs.panel.show(kioskViews.ready);
    signs.panel.show(kioskViews.off);
    await vi.waitFor(() => expect(rendered()).toBe(danish), patience);
    speak('en');
    signs.panel.show(kioskViews.ready);
    await vi.waitFor(() => expect(rendered()).toBeGreaterThan(danish), patience);
  },
);

it('a unit without a loudspeaker starts neither player nor voice, and complains of none', async () => {
  const heardOf = (soundDevice: string | null) => {
    const logged: string[] = [];
    const signs = createSigns({
      log: { write: (_, text) => logged.push(text) },
      board: {
        panel: { show: () => undefined },
        sensors: {
          listen: () => undefined,
          power: () => ({ source: 'mains', batteryPercent: 90 }),
          door: () => 'closed',
          placement: () => IN_PLACE,
        },
      },
      language: () => 'da',
      words: phrase,
      saidAhead,
      priorityOf: () => null,
      phraseFolder: '/nowhere/phrases',
      programs: { player: '/nowhere/aplay', espeak: '/nowhere/espeak-ng' },
      soundDevice,
    });
    onTestFinished(() => signs.close());
    signs.panel.show(kioskViews.due);
    signs.speech.say('remind-firm', {});
    return { signs, logged };
  };
  const mute = heardOf(null);
  const broken = heardOf('default');
  await vi.waitFor(() => expect(broken.logged).toHaveLength(2), patience);
  expect([mute.signs.speaks, mute.logged]).toEqual([false, []]);
});

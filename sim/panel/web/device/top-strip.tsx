import { PHRASES } from '../../../../protocol/phrases.ts';
import type { PanelFrame } from '../../frames.ts';
import { t, told } from '../state.ts';
import { Icon } from '../ui/icon.tsx';

const lampWords = {
  off: { da: 'slukket', en: 'off' },
  ready: { da: 'grøn', en: 'green' },
  call: { da: 'blinker blåt', en: 'blinking blue' },
  warn: { da: 'blinker gult', en: 'blinking yellow' },
  alarm: { da: 'blinker rødt', en: 'blinking red' },
} as const;

/** The top of the unit: power, the lamp that is seen from across the room, and the loudspeaker. */
export function TopStrip({ frame, language }: { frame: PanelFrame; language: 'da' | 'en' }) {
  const { view, hardware } = frame;
  const { source, percent } = hardware.power;
  const lamp = hardware.on ? view.lamp : 'off';
  const light = hardware.on ? view.light : 0;
  const sound = hardware.on ? view.sound : 0;
  const paused = hardware.on && view.soundPaused;
  return (
    <div class="top-strip">
      <div class="supply" data-low={source === 'battery' && percent <= 20}>
        {source === 'mains' ? <Icon name="plug" /> : <Battery percent={percent} />}
        <span>{source === 'mains' ? t('mains') : `${percent} %`}</span>
        {source === 'battery' && <span class="for-readers">{t('battery')}</span>}
      </div>
      <div class="lamp" data-lamp={lamp} data-level={light}>
        <p class="for-readers">
          {t('lamp')}: {lampWords[lamp][language]}
        </p>
      </div>
      <div class="speaker" data-level={sound} data-paused={paused}>
        {paused && <Icon name="soundOff" />}
        <svg class="speaker-waves" viewBox="0 0 36 32" aria-hidden="true">
          <path d="M31 10q-4 6 0 12" />
          <path d="M22 6q-7 10 0 20" />
          <path d="M13 2q-10 14 0 28" />
        </svg>
        <span class="speaker-grille" />
        <p class="for-readers">{paused ? told(PHRASES['sound-paused']) : `${t('sound')}: ${sound} / 3`}</p>
      </div>
    </div>
  );
}

function Battery({ percent }: { percent: number }) {
  return (
    <svg class="battery" viewBox="0 0 44 24" aria-hidden="true">
      <rect x="2" y="3" width="36" height="18" rx="4" class="battery-case" />
      <path d="M40 9h2v6h-2z" class="battery-pole" />
      <rect
        x="5"
        y="6"
        width={(30 * Math.max(0, Math.min(100, percent))) / 100}
        height="12"
        rx="2"
        class="battery-charge"
      />
    </svg>
  );
}

import type { PanelRoll } from '../../frames.ts';
import { language, t } from '../state.ts';
import { labelWord } from '../words/dose-words.ts';

const hubRadius = 30;
const fullRadius = 92;
/** One sachet turns a roll by this much. */
const degreesPerSachet = 40;

/** A wound roll seen from its side: as thick as the sachets left on it, and turning when one is fed. */
export function Roll({ roll }: { roll: PanelRoll }) {
  const share = roll.capacity > 0 ? Math.min(roll.remaining / roll.capacity, 1) : 0;
  const radius = Math.sqrt(hubRadius ** 2 + (fullRadius ** 2 - hubRadius ** 2) * share);
  const windings = Array.from(
    { length: Math.floor((radius - hubRadius) / 7) },
    (_, index) => hubRadius + 7 * (index + 1) - 2,
  );
  const label = roll.head === null ? t('emptySachet') : labelWord(roll.head, language.value);
  return (
    <figure class="roll">
      <svg viewBox="0 0 200 200" aria-hidden="true">
        <circle cx="100" cy="100" r="96" class="roll-guide" />
        {share > 0 && <path d={`M${100 + radius} 100V200`} class="roll-strip" />}
        <g class="roll-wound" style={{ transform: `rotate(${-roll.remaining * degreesPerSachet}deg)` }}>
          <circle cx="100" cy="100" r={radius} class="roll-paper" />
          {windings.map((winding) => (
            <circle key={winding} cx="100" cy="100" r={winding} class="roll-winding" />
          ))}
          {share > 0 && <path d={`M100 ${100 - radius}v${radius - hubRadius}`} class="roll-mark" />}
        </g>
        <circle cx="100" cy="100" r={hubRadius} class="roll-hub" />
        <text x="100" y="113" class="roll-name">
          {roll.id}
        </text>
      </svg>
      <figcaption>
        <span class="for-readers">
          {t('roll')} {roll.id}:
        </span>
        <b>
          {roll.remaining} {roll.remaining === 1 ? t('sachet') : t('sachets')}
        </b>
        <span class="for-readers">{t('next')}:</span>
        <span>{roll.remaining === 0 ? t('noSachet') : label}</span>
      </figcaption>
    </figure>
  );
}

import { PHRASES } from '../../../../protocol/phrases.ts';
import type { PanelFace } from '../../frames.ts';
import { send, told } from '../state.ts';
import { Icon } from '../ui/icon.tsx';
import { displayLines } from '../words/dose-words.ts';
import { useFittingText } from './fit-text.ts';

/** The unit's own text display. A live region, so that a screen reader says what the unit shows. */
export function Display({ view, on }: { view: PanelFace; on: boolean }) {
  const text = on ? told(view.text) : '';
  const hint = on ? told(view.hint) : '';
  const quiet = on && view.soundPaused ? told(PHRASES['sound-paused']) : '';
  const box = useFittingText(`${text}|${hint}|${quiet}`);
  return (
    <div class="display" data-on={on} data-lamp={view.lamp}>
      <div class="display-text" role="status" ref={box}>
        <p class="display-main">
          {displayLines(text).map((line) => (
            <span key={line}>{line} </span>
          ))}
        </p>
        {quiet !== '' && (
          <p class="display-quiet">
            <Icon name="quiet" />
            {quiet}
          </p>
        )}
        {hint !== '' && <p class="display-hint">{displayLines(hint).join(' ')}</p>}
      </div>
      {on && view.choices.length > 0 && (
        <div class="display-keys">
          {view.choices.map((choice, index) => (
            <button
              key={choice}
              type="button"
              class="display-key"
              onClick={() => send({ do: 'choose', choice: index + 1 })}
            >
              {choice}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

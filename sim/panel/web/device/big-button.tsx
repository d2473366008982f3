import { useEffect, useRef, useState } from 'preact/hooks';
import { send, t } from '../state.ts';
import { HOLD_MS } from './hold.ts';

const pressingKeys: ReadonlySet<string> = new Set([' ', 'Enter']);

/** The one button. As on the unit a press counts as soon as it goes down, and one that stays down asks for quiet, too. */
export function BigButton({ ready }: { ready: boolean }) {
  const { held, down, up } = useHeld();
  const isOurs = (event: KeyboardEvent): boolean => {
    if (!pressingKeys.has(event.key)) return false;
    // Else the browser makes a click of it, which would be a second press.
    event.preventDefault();
    return true;
  };
  return (
    <div class="big-button-seat" data-ready={ready}>
      <button
        type="button"
        class="big-button"
        data-held={held}
        aria-label={`${t('button')}. ${ready ? t('buttonRelease') : t('buttonIdle')}`}
        onPointerDown={(event) => event.button === 0 && down()}
        onPointerUp={up}
        onPointerLeave={up}
        onPointerCancel={up}
        onKeyDown={(event) => isOurs(event) && !event.repeat && down()}
        onKeyUp={(event) => isOurs(event) && up()}
        onBlur={up}
        onContextMenu={(event) => event.preventDefault()}
        // Of a screen reader, which has neither pointer nor key; the others have pressed already.
        onClick={(event) => event.detail === 0 && send({ do: 'press' })}
      >
        <svg class="capsule" viewBox="0 0 100 100" aria-hidden="true">
          <g transform="rotate(-45 50 50)">
            <rect x="14" y="33" width="72" height="34" rx="17" />
            <path class="capsule-half" d="M50 33h19a17 17 0 0 1 0 34H50z" />
          </g>
        </svg>
      </button>
    </div>
  );
}

function useHeld() {
  const [held, setHeld] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const up = (): void => {
    clearTimeout(timer.current);
    setHeld(false);
  };
  const down = (): void => {
    clearTimeout(timer.current);
    setHeld(true);
    send({ do: 'press' });
    timer.current = setTimeout(() => send({ do: 'quiet' }), HOLD_MS);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return { held, down, up };
}

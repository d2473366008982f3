import { useEffect, useRef, useState } from 'preact/hooks';
import type { PanelHardware } from '../../frames.ts';
import { language, send, t } from '../state.ts';
import { labelWord } from '../words/dose-words.ts';

/** Long enough for the longest leaving animation in device.css. */
const leaveMs = 800;

interface Leaving {
  readonly label: string;
  readonly by: 'hand' | 'unit';
}

/** The sachet that has just gone, for as long as it takes to see it go, and who took it. */
function useLeaving({ cup, moving }: PanelHardware): Leaving | null {
  const [leaving, setLeaving] = useState<Leaving | null>(null);
  const before = useRef({ cup, moving });
  useEffect(() => {
    const was = before.current;
    before.current = { cup, moving };
    if (cup !== null) setLeaving(null);
    // A sachet that was already seen going in needs no second farewell.
    if (cup !== null || was.cup === null || was.moving === 'retracting') return;
    setLeaving({ label: was.cup, by: moving === 'retracting' ? 'unit' : 'hand' });
    const timer = setTimeout(() => setLeaving(null), leaveMs);
    return () => clearTimeout(timer);
  }, [cup]);
  useEffect(() => {
    before.current = { cup, moving };
  }, [moving]);
  return leaving;
}

/** Where a sachet comes out and lies until it is taken, drawn back, or gets stuck. */
export function Outlet({ hardware }: { hardware: PanelHardware }) {
  const { cup, gate } = hardware;
  const leaving = useLeaving(hardware);
  const stuck = gate === 'blocked';
  return (
    <div class="outlet" data-stuck={stuck}>
      <div class="outlet-slot" />
      {cup !== null && (
        <button
          type="button"
          class="sachet"
          data-state={sachetState(hardware)}
          aria-label={`${t('takeSachet')}: ${printOn(cup)}`}
          onClick={() => send({ do: 'take' })}
        >
          <Sachet label={printOn(cup)} />
        </button>
      )}
      {cup === null && leaving !== null && (
        <div class="sachet" data-state={`left-by-${leaving.by}`} aria-hidden="true">
          <Sachet label={printOn(leaving.label)} />
        </div>
      )}
      {cup === null && stuck && (
        <div class="sachet" data-state="stuck" aria-hidden="true">
          <Sachet label="" />
        </div>
      )}
      <div class="outlet-lip" />
      <p class="for-readers" role="status">
        {sightOf(hardware)}
      </p>
    </div>
  );
}

function printOn(label: string): string {
  return label === '' ? t('emptySachet') : labelWord(label, language.value);
}

function sightOf({ gate, cup }: PanelHardware): string {
  if (gate === 'blocked') return t('gateBlocked');
  return cup === null ? t('cupEmpty') : '';
}

function sachetState({ gate, moving }: PanelHardware): 'retracting' | 'stuck' | 'lying' {
  if (moving === 'retracting') return 'retracting';
  return gate === 'blocked' ? 'stuck' : 'lying';
}

function Sachet({ label }: { label: string }) {
  return (
    <svg viewBox="0 0 200 132" aria-hidden="true">
      <path class="sachet-foil" d="M6 4h188v124H6z" />
      <path class="sachet-seal" d="M6 12h188M6 120h188" />
      <path class="sachet-print" d="M18 22h164v40H18z" />
      <text x="100" y="49" class="sachet-label">
        {label}
      </text>
      <ellipse cx="62" cy="84" rx="17" ry="11" class="pill-white" />
      <path d="M45 84h34" class="pill-score" />
      <g transform="rotate(-18 112 86)">
        <rect x="90" y="77" width="44" height="18" rx="9" class="pill-red" />
        <path d="M112 77h13a9 9 0 0 1 0 18h-13z" class="pill-cream" />
      </g>
      <circle cx="152" cy="84" r="11" class="pill-yellow" />
    </svg>
  );
}

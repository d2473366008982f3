import type { PanelFrame } from '../../frames.ts';
import { t, told } from '../state.ts';
import { regions, stateWords } from '../words/chart-words.ts';

/** The statechart as it stands: every region with its states, the live one marked. */
export function Chart({ chart }: { chart: PanelFrame['chart'] }) {
  return (
    <section class="card chart">
      <h2 class="card-title">{t('chart')}</h2>
      <dl>
        {Object.entries(chart).map(([region, state]) => (
          <Region key={region} region={region} state={state} />
        ))}
      </dl>
    </section>
  );
}

function Region({ region, state }: { region: string; state: string }) {
  const known = regions[region];
  const top = state.split('.', 1)[0] ?? state;
  const states = known?.states.includes(top) ? known.states : [...(known?.states ?? []), top];
  return (
    <>
      <dt>
        {known === undefined ? region : told(known.name)} <code>{region}</code>
      </dt>
      <dd>
        {states.map((one) => (
          <span
            key={one}
            class="state"
            data-live={one === top}
            aria-current={one === top ? 'true' : undefined}
            title={one === top ? state : one}
          >
            {stateName(one)}
            {one === top && state !== top && ` · ${stateName(state.slice(top.length + 1))}`}
          </span>
        ))}
      </dd>
    </>
  );
}

function stateName(state: string): string {
  const words = stateWords[state];
  return words === undefined ? state : told(words);
}

import type { PanelFrame } from '../../frames.ts';
import { language, send, t } from '../state.ts';
import { Bay } from './bay.tsx';
import { Display } from './display.tsx';
import { Outlet } from './outlet.tsx';
import { TopStrip } from './top-strip.tsx';

/** The dispenser as an object on a table. Everything in here is the unit's; the simulator's own controls are outside. */
export function Device({ frame }: { frame: PanelFrame }) {
  const { view, hardware } = frame;
  const ready = hardware.on && view.button === 'release';
  return (
    <section class="device" aria-label={t('device')} data-on={hardware.on} data-still={frame.clock.paused}>
      <div class="device-body">
        <TopStrip frame={frame} language={language.value} />
        <Display view={view} on={hardware.on} />
        <Bay hardware={hardware} />
        <div class="front">
          <div class="big-button-seat" data-ready={ready}>
            <button
              type="button"
              class="big-button"
              aria-label={`${t('button')}. ${ready ? t('buttonRelease') : t('buttonIdle')}`}
              onClick={() => send({ do: 'press' })}
            >
              <svg class="capsule" viewBox="0 0 100 100" aria-hidden="true">
                <g transform="rotate(-45 50 50)">
                  <rect x="14" y="33" width="72" height="34" rx="17" />
                  <path class="capsule-half" d="M50 33h19a17 17 0 0 1 0 34H50z" />
                </g>
              </svg>
            </button>
          </div>
          <Outlet hardware={hardware} />
        </div>
        <p class="nameplate">
          <b>Dosis</b> {frame.device.id}
        </p>
      </div>
      <div class="device-foot" />
    </section>
  );
}

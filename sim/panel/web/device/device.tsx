import type { PanelFrame } from '../../frames.ts';
import { language, t } from '../state.ts';
import { Bay } from './bay.tsx';
import { BigButton } from './big-button.tsx';
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
          <BigButton ready={ready} />
          <Outlet hardware={hardware} />
        </div>
        <p class="nameplate">
          <b>Dosis</b> {frame.device.id}
          {frame.device.electronics === 'emulated' && ` · ${t('emulated')}`}
        </p>
      </div>
      <div class="device-foot" />
    </section>
  );
}

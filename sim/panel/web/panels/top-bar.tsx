import type { PanelFrame } from '../../frames.ts';
import { turnSound } from '../sound.ts';
import { frame, inForce, language, send, soundOn, t } from '../state.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Segmented } from '../ui/controls.tsx';
import { civilOf, longDate } from '../words/times.ts';

const speeds = [1, 10, 60, 600, 3600].map((value) => ({ value, label: `×${value}` }));

export function TopBar() {
  const now = frame.value;
  return (
    <header class="bar">
      <h1 class="brand">
        <span class="brand-mark" />
        Dosis <small>{t('simulator')}</small>
      </h1>
      {now !== null && <TimeControls frame={now} />}
      <div class="page-tools">
        <Button icon={soundOn.value ? 'soundOn' : 'soundOff'} onClick={() => turnSound(!soundOn.value)}>
          {soundOn.value ? t('soundOff') : t('soundOn')}
        </Button>
        <Segmented
          name={t('language')}
          value={language.value}
          options={[
            { value: 'da', label: 'DA', spoken: 'Dansk' },
            { value: 'en', label: 'EN', spoken: 'English' },
          ]}
          onChange={(chosen) => {
            language.value = chosen;
          }}
        />
      </div>
    </header>
  );
}

function TimeControls({ frame: { now, clock } }: { frame: PanelFrame }) {
  const { date, time } = civilOf(now);
  return (
    <fieldset class="time" disabled={!inForce.value}>
      <legend class="for-readers">{t('time')}</legend>
      <p class="clock" data-paused={clock.paused}>
        <time dateTime={now}>{time}</time>
        <span>{clock.paused ? t('paused') : longDate(date, language.value)}</span>
      </p>
      <IconButton
        icon={clock.paused ? 'play' : 'pause'}
        name={clock.paused ? t('resume') : t('pause')}
        onClick={() => send({ do: 'pause', on: !clock.paused })}
      />
      <Segmented
        name={t('speed')}
        value={clock.speed}
        options={speeds}
        onChange={(factor) => send({ do: 'speed', factor })}
      />
      <Button icon="jump" look="primary" resting={clock.jumping} onClick={() => send({ do: 'jump' })}>
        {clock.jumping ? t('jumping') : t('jump')}
      </Button>
    </fieldset>
  );
}

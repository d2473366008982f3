import { useEffect, useState } from 'preact/hooks';
import type { PanelFrame } from '../../frames.ts';
import { t, told } from '../state.ts';
import { Icon } from '../ui/icon.tsx';
import { unbroken } from '../words/dose-words.ts';

const speechShownMs = 7_000;

/** One line under the unit for what a bystander could not know by looking: what it says, and what can be clicked. */
export function Caption({ frame }: { frame: PanelFrame }) {
  const speech = useFreshSpeech(frame.speech);
  const { on, gate, cup } = frame.hardware;
  if (!on) return <p class="caption">{t('off')}</p>;
  if (speech !== null) {
    return (
      <p class="caption" data-speech>
        <Icon name="soundOn" />
        <span class="for-readers">{t('says')}: </span>
        <span>{unbroken(told(speech.text))}</span>
      </p>
    );
  }
  if (gate === 'blocked') return <p class="caption">{t('gateBlocked')}</p>;
  return <p class="caption">{cup === null ? '' : t('clickSachet')}</p>;
}

function useFreshSpeech(speech: PanelFrame['speech']): PanelFrame['speech'] {
  const [old, setOld] = useState<number | null>(null);
  const id = speech?.id ?? null;
  useEffect(() => {
    const timer = setTimeout(() => setOld(id), speechShownMs);
    return () => clearTimeout(timer);
  }, [id]);
  return id === old ? null : speech;
}

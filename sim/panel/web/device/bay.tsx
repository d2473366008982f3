import type { PanelHardware } from '../../frames.ts';
import { t } from '../state.ts';
import { Icon } from '../ui/icon.tsx';
import { Roll } from './roll.tsx';

function doorWord({ doorOpen, doorLocked }: PanelHardware): string {
  if (doorOpen) return t('doorOpen');
  return doorLocked ? t('doorLocked') : t('doorUnlocked');
}

/** What is behind the service door: the rolls, seen through its window, and under it the locked bin. */
export function Bay({ hardware }: { hardware: PanelHardware }) {
  const { doorOpen, doorLocked, binned } = hardware;
  const state = doorWord(hardware);
  return (
    <div class="bay-column">
      <div class="bay" data-open={doorOpen}>
        <div class="bay-inside">
          {hardware.rolls.map((roll) => (
            <Roll key={roll.id} roll={roll} />
          ))}
        </div>
        <div class="door-edge" data-open={doorOpen} />
        <div class="door" data-open={doorOpen} aria-hidden="true">
          <div class="door-window" />
          <div class="door-bar" data-locked={doorLocked && !doorOpen}>
            <span class="door-key" />
            <span>{state}</span>
          </div>
        </div>
        <p class="for-readers">
          {t('door')}: {state}
        </p>
      </div>
      <div class="bin">
        <span class="bin-name">
          <Icon name="lock" />
          {t('bin')}
        </span>
        <span class="bin-count">
          {binned} {binned === 1 ? t('sachet') : t('sachets')}
        </span>
      </div>
    </div>
  );
}

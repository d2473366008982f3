import { connection, frame, refusal, t, told } from '../state.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** What the page itself must tell: that the connection is gone, or why a command was refused. */
export function Notices() {
  return (
    <div class="notices" role="alert">
      {connection.value === 'lost' && (
        <p class="notice" data-tone="bad">
          <Icon name="alert" />
          <span class="notice-text">
            <b>{t('lost')}.</b> {frame.value !== null && t('lostHint')}
          </span>
        </p>
      )}
      {refusal.value !== null && (
        <p class="notice" data-tone="warn" data-floating>
          <Icon name="info" />
          <span class="notice-text">{told(refusal.value)}</span>
          <IconButton
            icon="cross"
            name={t('close')}
            onClick={() => {
              refusal.value = null;
            }}
          />
        </p>
      )}
    </div>
  );
}

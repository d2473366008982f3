import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps {
  readonly onClick: () => void;
  readonly icon?: IconName;
  readonly look?: 'plain' | 'primary';
  readonly wide?: boolean;
  readonly disabled?: boolean;
  /** Does nothing for the moment, and keeps the focus of whoever pressed it. */
  readonly resting?: boolean;
  readonly children: ComponentChildren;
}

export function Button({ onClick, icon, look = 'plain', children, ...state }: ButtonProps) {
  const { wide = false, disabled = false, resting = false } = state;
  return (
    <button
      type="button"
      class="button"
      data-look={look}
      data-wide={wide || undefined}
      disabled={disabled}
      aria-disabled={resting || undefined}
      onClick={() => resting || onClick()}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A square button that shows only a sign; `name` is what it is called. */
export function IconButton({
  onClick,
  icon,
  name,
  disabled = false,
}: {
  onClick: () => void;
  icon: IconName;
  name: string;
  disabled?: boolean;
}) {
  return (
    <button
      type="button"
      class="button"
      data-look="icon"
      aria-label={name}
      title={name}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps {
  readonly onClick: () => void;
  readonly icon?: IconName;
  readonly look?: 'plain' | 'primary';
  readonly wide?: boolean;
  readonly disabled?: boolean;
  readonly children: ComponentChildren;
}

export function Button({ onClick, icon, look = 'plain', wide = false, disabled = false, children }: ButtonProps) {
  return (
    <button
      type="button"
      class="button"
      data-look={look}
      data-wide={wide || undefined}
      disabled={disabled}
      onClick={onClick}
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

import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { IconButton } from './button.tsx';
import type { Tone } from './tone.ts';

/** A short state in words. The colour only repeats what the word says. */
export function Pill({
  tone = 'quiet',
  dot = false,
  children,
}: {
  tone?: Tone;
  dot?: boolean;
  children: ComponentChildren;
}) {
  return (
    <span class="pill" data-tone={tone}>
      {dot && <span class="dot" />}
      {children}
    </span>
  );
}

interface SwitchProps {
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  /** The colour of the track when it is on. */
  readonly tone?: 'accent' | 'bad';
  readonly children: ComponentChildren;
}

export function Switch({ on, onChange, tone = 'accent', children }: SwitchProps) {
  return (
    <button type="button" role="switch" class="switch" data-tone={tone} aria-checked={on} onClick={() => onChange(!on)}>
      <span>{children}</span>
      <span class="track" />
    </button>
  );
}

interface SegmentedProps<T> {
  readonly name: string;
  readonly options: readonly { readonly value: T; readonly label: string; readonly spoken?: string }[];
  /** None is marked when it is not among the options. */
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One choice of a few, all in sight. */
export function Segmented<T extends string | number>({ name, options, value, onChange }: SegmentedProps<T>) {
  const group = useId();
  return (
    <fieldset class="segmented">
      <legend class="for-readers">{name}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={group}
            aria-label={option.spoken ?? option.label}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span aria-hidden="true">{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface StepperProps {
  readonly name: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly less: string;
  readonly more: string;
  readonly onChange: (value: number) => void;
}

export function Stepper({ name, value, min, max, less, more, onChange }: StepperProps) {
  return (
    <fieldset class="stepper">
      <legend class="for-readers">{name}</legend>
      <IconButton icon="minus" name={less} disabled={value <= min} onClick={() => onChange(value - 1)} />
      <output aria-live="polite">{value}</output>
      <IconButton icon="plus" name={more} disabled={value >= max} onClick={() => onChange(value + 1)} />
    </fieldset>
  );
}

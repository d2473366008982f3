const paths = {
  play: <path d="M8 5.5v13l10.5-6.5z" fill="currentColor" stroke="none" />,
  pause: <path d="M8 5v14M16 5v14" stroke-width="3.4" />,
  jump: <path d="M5 6v12l8-6zM17.5 6v12" />,
  soundOn: <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />,
  soundOff: <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5" />,
  bag: <path d="M5 8h14l-1 12H6zM9 8V6.5a3 3 0 0 1 6 0V8" />,
  door: <path d="M6 21V4h12v17M3.5 21h17M14.5 12.5v.5" />,
  home: <path d="M4 11.5 12 4.5l8 7M6.5 10v9.5h11V10M10.5 19.5v-5h3v5" />,
  quiet: (
    <path d="M5.5 16.5h13c-1.6-1.6-1.8-3.4-1.8-6a4.7 4.7 0 0 0-9.4 0c0 2.6-.2 4.4-1.8 6zM10 19.5a2.2 2.2 0 0 0 4 0M4 4l16 16" />
  ),
  bell: (
    <path d="M5.5 16.5h13c-1.6-1.6-1.8-3.4-1.8-6a4.7 4.7 0 0 0-9.4 0c0 2.6-.2 4.4-1.8 6zM10 19.5a2.2 2.2 0 0 0 4 0" />
  ),
  refill: (
    <path d="M12 12m-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0M12 12m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M20 12v8h-8" />
  ),
  repair: (
    <path d="M14.5 6.2a4.2 4.2 0 0 1 5.3-1.4l-2.9 2.9 1.4 1.4 2.9-2.9a4.2 4.2 0 0 1-5.7 5.3L8.2 18.8a2.1 2.1 0 0 1-3-3l7.3-7.3a4.2 4.2 0 0 1 2-2.3z" />
  ),
  check: <path d="M5 12.5 10 17.5 19.5 7" stroke-width="2.6" />,
  cross: <path d="M6.5 6.5l11 11M17.5 6.5l-11 11" stroke-width="2.4" />,
  clock: <path d="M12 12m-8.5 0a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 7v5l3.5 2.2" />,
  question: <path d="M8.8 9.2a3.3 3.3 0 1 1 4.9 2.9c-1.2.7-1.7 1.3-1.7 2.6M12 18.6v.2" stroke-width="2.4" />,
  hand: <path d="M12 4v10M7.5 10 12 14.5 16.5 10M5 19.5h14" stroke-width="2.4" />,
  lock: <path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3" />,
  unlock: <path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.6-1.6" />,
  plug: <path d="M9 3.5V8M15 3.5V8M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0zM12 17v4" />,
  arrowOut: <path d="M5 12h13M13 7l5 5-5 5" />,
  minus: <path d="M6 12h12" stroke-width="2.4" />,
  plus: <path d="M12 6v12M6 12h12" stroke-width="2.4" />,
  alert: <path d="M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.2" stroke-width="2" />,
  info: <path d="M12 12m-8.5 0a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 11v5.5M12 7.6v.2" stroke-width="2" />,
} as const;

export type IconName = keyof typeof paths;

/** Decoration only: the words beside it say the same. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="1.9"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      {paths[name]}
    </svg>
  );
}

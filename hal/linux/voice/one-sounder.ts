import type { Panel, PanelView } from '../../ports/panel.ts';

interface OneSounder {
  readonly panel: Panel;
  close(): void;
}

/** Within this one takes over from the other. */
const LOOKING_MS = 500;

/**
 * The panel of electronics that have a sounder of their own, which is silent while the loudspeaker plays: the bursts of two
 * would blur into one. It sounds as soon as the loudspeaker does not.
 */
export function oneSounder(panel: Panel, plays: () => boolean): OneSounder {
  let shown: PanelView | undefined;
  let isLeft = false;
  const show = (view: PanelView): void => {
    shown = view;
    isLeft = plays();
    panel.show(isLeft ? { ...view, sound: 0 } : view);
  };
  const looking = setInterval(() => {
    if (shown !== undefined && plays() !== isLeft) show(shown);
  }, LOOKING_MS);
  return { panel: { show }, close: () => clearInterval(looking) };
}

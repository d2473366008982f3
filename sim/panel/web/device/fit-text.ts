import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

const sizes = [72, 64, 56, 50, 44, 38, 33, 28, 24];

/** Sets `--fit` on the element to the largest text size (in device units) at which everything it holds is in sight. */
export function useFittingText(text: string): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const grow = () => {
      for (const size of sizes) {
        element.style.setProperty('--fit', String(size));
        if (element.scrollHeight <= element.clientHeight && [...element.children].every(holdsItsWords)) return;
      }
    };
    grow();
    const watch = new ResizeObserver(grow);
    watch.observe(element);
    return () => watch.disconnect();
  }, [text]);
  return box;
}

/** Measured inside the padding, into which a long word would run first. */
function holdsItsWords({ scrollWidth, clientWidth }: Element): boolean {
  return scrollWidth <= clientWidth;
}

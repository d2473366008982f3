import { type Board, confirmWhenSound } from '../../firmware/main.ts';
import packageJson from '../../package.json' with { type: 'json' };

const CONFIRM_MS = 1_000;

/** The version of the image that runs; without a loader that of the sources. */
export function firmwareOf({ images }: Board): string {
  return images.images().find(({ active }) => active)?.version ?? packageJson.version;
}

/** Has a firmware on trial confirmed as soon as it is sound. @returns ends the looking */
export function confirming(
  images: () => Board['images'] | undefined,
  host: () => Parameters<typeof confirmWhenSound>[1],
): () => void {
  const looking = setInterval(() => {
    if (confirmWhenSound(images(), host())) clearInterval(looking);
  }, CONFIRM_MS);
  return () => clearInterval(looking);
}

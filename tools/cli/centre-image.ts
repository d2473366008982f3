import { Command } from 'commander';
import { openHome } from '../centre/authority/home.ts';
import { type ImageStore, imageFile, type StoredImage } from '../centre/images/image-store.ts';
import { ImageStoreError } from '../centre/images/image-store-error.ts';
import { imagesOf } from '../centre/images/images-of.ts';
import { atHome, type HomeFlags, tell, withHome } from './centre-home.ts';
import { UsageError } from './usage-error.ts';

/** `dosis centre image`: the firmware that a centre keeps for its units. */
export function centreImageCommand(): Command {
  const image = new Command('image').description(
    'look after the firmware that units can be updated to; send it with "dosis centre send ID update VERSION"',
  );
  image.addCommand(
    withHome(new Command('add'))
      .description(
        'verify an image and keep it; the public keys of those who sign firmware lie in "image-keys" of the home',
      )
      .argument('<file>', 'what "dosis image build" or imgtool has made')
      .action((file: string, flags: HomeFlags) => work(() => add(file, flags))),
  );
  image.addCommand(
    withHome(new Command('list'))
      .description('show the images of this centre')
      .action((flags: HomeFlags) => work(() => list(flags))),
  );
  image.addCommand(
    withHome(new Command('remove'))
      .description('keep an image no longer; a unit that is fetching it gives up at once')
      .argument('<image>', 'its version, or the beginning of its hash')
      .action((name: string, flags: HomeFlags) => work(() => remove(name, flags))),
  );
  return image;
}

function add(file: string, { home, json }: HomeFlags): void {
  const added = keep(imagesOf(openHome(home)), file);
  tell(json, added, `Kept: ${lineOf(added)}\nBring it to a unit: dosis centre send ID update ${added.version}`);
}

/** @throws ImageStoreError that names the file */
function keep(images: ImageStore, file: string): StoredImage {
  const bytes = imageFile(file);
  try {
    return images.add(bytes, Date.now());
  } catch (error) {
    if (error instanceof ImageStoreError)
      throw new ImageStoreError(`"${file}" is not kept: ${error.message}`, { cause: error });
    throw error;
  }
}

function list({ home, json }: HomeFlags): void {
  const images = imagesOf(openHome(home)).list();
  const none = 'This centre has no images; add one with "dosis centre image add FILE".';
  tell(json, { images }, images.length === 0 ? none : images.map(lineOf).join('\n'));
}

function remove(name: string, { home, json }: HomeFlags): void {
  const removed = imagesOf(openHome(home)).remove(name);
  tell(json, removed, `Removed: ${lineOf(removed)}`);
}

function lineOf({ version, image, bytes, deviceClass, securityCounter, addedS }: StoredImage): string {
  const day = new Date(addedS * 1000).toISOString().slice(0, 10);
  return `${version} · ${image.slice(0, 12)} · ${bytes} bytes · class ${deviceClass} · counter ${securityCounter} · ${day}`;
}

function work(act: () => void): Promise<void> {
  return atHome(() => {
    try {
      act();
    } catch (error) {
      if (error instanceof ImageStoreError) throw new UsageError(error.message, { cause: error });
      throw error;
    }
  });
}

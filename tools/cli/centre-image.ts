import { Command } from 'commander';
import type { Language } from '../../protocol/messages/config.ts';
import { openHome } from '../centre/authority/home.ts';
import { type ImageStore, imageFile, type StoredImage, shortHash } from '../centre/images/image-store.ts';
import { ImageStoreError } from '../centre/images/image-store-error.ts';
import { imagesOf } from '../centre/images/images-of.ts';
import { UsageError } from '../program/usage-error.ts';
import { atHome, type HomeFlags, tell, withHome } from './centre-home.ts';
import { centreWords } from './centre-words.ts';

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
      .action((file: string, flags: HomeFlags) => work(() => add(file, flags), flags.lang)),
  );
  image.addCommand(
    withHome(new Command('list'))
      .description('show the images of this centre')
      .action((flags: HomeFlags) => work(() => list(flags), flags.lang)),
  );
  image.addCommand(
    withHome(new Command('remove'))
      .description('keep an image no longer; a unit that is fetching it gives up at once')
      .argument('<image>', 'its version, or the beginning of its hash')
      .action((name: string, flags: HomeFlags) => work(() => remove(name, flags), flags.lang)),
  );
  return image;
}

function add(file: string, { home, lang, json }: HomeFlags): void {
  const added = keep(imagesOf(openHome(home)), file);
  tell(json, added, centreWords[lang].image.kept(lineOf(added, lang), added.version));
}

/** @throws ImageStoreError that names the file */
function keep(images: ImageStore, file: string): StoredImage {
  const bytes = imageFile(file);
  try {
    return images.add(bytes, Date.now());
  } catch (error) {
    if (!(error instanceof ImageStoreError)) throw error;
    const { da, en } = centreWords;
    const said = { da: da.image.notKept(file, error.said.da), en: en.image.notKept(file, error.said.en) };
    throw new ImageStoreError(said, { cause: error });
  }
}

function list({ home, lang, json }: HomeFlags): void {
  const images = imagesOf(openHome(home)).list();
  const lines = images.map((image) => lineOf(image, lang));
  tell(json, { images }, images.length === 0 ? centreWords[lang].image.none : lines.join('\n'));
}

function remove(name: string, { home, lang, json }: HomeFlags): void {
  const removed = imagesOf(openHome(home)).remove(name);
  tell(json, removed, centreWords[lang].image.removed(lineOf(removed, lang)));
}

function lineOf({ version, hash, bytes, deviceClass, securityCounter, addedS }: StoredImage, lang: Language): string {
  const day = new Date(addedS * 1000).toISOString().slice(0, 10);
  return centreWords[lang].image.line({
    ...{ version, hash: shortHash(hash), bytes, kind: deviceClass },
    counter: securityCounter,
    day,
  });
}

function work(act: () => void, lang: Language): Promise<void> {
  return atHome(() => {
    try {
      act();
    } catch (error) {
      if (error instanceof ImageStoreError) throw new UsageError(error.said[lang], { cause: error });
      throw error;
    }
  }, lang);
}

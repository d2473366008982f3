import type { Store } from '../../../hal/ports/store.ts';
import { hexOf } from '../../../protocol/cose/bytes.ts';
import { isProtocolError } from '../../../protocol/errors.ts';
import { decodeImageRequest, encodeImagePart, type ImageRequest } from '../../../protocol/messages/image-part.ts';
import { topicOf } from '../../../protocol/topics.ts';
import type { Parcel } from '../answers.ts';
import { CommandStore, commandIn } from '../orders/command-store.ts';
import type { ImageStore } from './image-store.ts';
import { Pace } from './pace.ts';

export interface ImageDeskPorts {
  readonly store: Store;
  readonly images: Pick<ImageStore, 'get' | 'read'>;
  readonly nowMs: () => number;
  readonly post: (parcel: Parcel) => void;
}

/** How far a unit has come with the image that it fetches. */
export interface Fetched {
  readonly image: string;
  /** Of so many bytes the unit has been sent so many. */
  readonly bytes: number;
  readonly sent: number;
}

/** Units whose progress is remembered; of one that is forgotten nothing is shown until it asks again. */
const UNITS_MAX = 10_000;

/**
 * Serves pieces of images to the units that were told to fetch them, and to nobody else: a unit gets the image that an
 * open command of its own names. What is in memory is one question for each unit, never an image.
 */
export class ImageDesk {
  readonly #ports: ImageDeskPorts;
  readonly #commands: CommandStore;
  readonly #pace: Pace<ImageRequest>;
  readonly #fetched = new Map<string, Fetched>();

  constructor(ports: ImageDeskPorts) {
    this.#ports = ports;
    this.#commands = new CommandStore(ports.store);
    this.#pace = new Pace((device, request) => this.#serve(device, request), { nowMs: () => performance.now() });
  }

  /** @returns why it is not served; undefined when it is, now or in a moment */
  receive(device: string, payload: Uint8Array): string | undefined {
    try {
      const request = decodeImageRequest(payload);
      const image = hexOf(request.image);
      if (!this.#isWanted(device, image))
        return `It asks for the image ${image.slice(0, 12)}, which it was not told to fetch.`;
      const known = this.#ports.images.get(image);
      if (known !== undefined && request.offset >= known.bytes)
        return `It asks for byte ${request.offset} of an image of ${known.bytes}.`;
      this.#pace.add(device, request, request.length);
      return undefined;
    } catch (error) {
      if (!isProtocolError(error)) throw error;
      return error.message;
    }
  }

  /** Of the image that the unit is to fetch; undefined before it has asked for it, and when the order is over. */
  fetched(device: string): Fetched | undefined {
    const fetched = this.#fetched.get(device);
    return fetched !== undefined && this.#isWanted(device, fetched.image) ? fetched : undefined;
  }

  stop(): void {
    this.#pace.stop();
  }

  #isWanted(device: string, image: string): boolean {
    const nowS = this.#ports.nowMs() / 1000;
    return this.#commands.open(device).some((order) => {
      if (order.type !== 'update' || nowS >= order.expiresS) return false;
      const command = commandIn(order);
      return command.type === 'update' && hexOf(command.image) === image;
    });
  }

  #serve(device: string, { image: hash, offset, length }: ImageRequest): void {
    const image = hexOf(hash);
    const { images, post } = this.#ports;
    post({
      key: `image/${device}`,
      make: () => {
        const known = images.get(image);
        const topic = topicOf(device, 'down/image');
        if (known === undefined) return { topic, payload: encodeImagePart({ image: hash, offset }) };
        const data = images.read(image, offset, length);
        // A medium that fails now may be well when the unit asks again.
        if (data === undefined || data.length === 0) return undefined;
        this.#note(device, { image, bytes: known.bytes, sent: offset + data.length });
        return { topic, payload: encodeImagePart({ image: hash, offset, data }) };
      },
    });
  }

  #note(device: string, fetched: Fetched): void {
    this.#fetched.delete(device);
    this.#fetched.set(device, fetched);
    const [oldest] = this.#fetched.keys();
    if (this.#fetched.size > UNITS_MAX && oldest !== undefined) this.#fetched.delete(oldest);
  }
}

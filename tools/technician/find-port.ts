import { readdirSync } from 'node:fs';
import { serialBinding } from '../../hal/linux/serial-binding.ts';

/** A serial port that this computer has. */
export interface FoundPort {
  readonly path: string;
  /** What the cable says of itself; empty where it says nothing. */
  readonly maker: string;
}

/** How Linux names USB cables and USB gadgets. */
const usbName = /^tty(ACM|USB|GS)\d+$/;

/**
 * The ports behind which a unit may be: cables by USB. The old ports of a computer's own, which are listed whether or not
 * anything is there, are left out. Where the platform's own list cannot be had, as without udev, the names in /dev do.
 */
export async function findPorts(): Promise<readonly FoundPort[]> {
  try {
    const listed = await serialBinding.list();
    return listed
      .filter(({ path, vendorId }) => vendorId !== undefined || usbName.test(path.replace(/^.*\//, '')))
      .map(({ path, manufacturer = '' }) => ({ path, maker: manufacturer }));
  } catch {
    return namesInDev().map((name) => ({ path: `/dev/${name}`, maker: '' }));
  }
}

function namesInDev(): readonly string[] {
  try {
    return readdirSync('/dev').filter((name) => usbName.test(name));
  } catch {
    return [];
  }
}

import { Command } from 'commander';
import { hexOf } from '../../protocol/cose/bytes.ts';
import { os } from '../../protocol/smp/commands/os.ts';
import { confirm, flash } from '../technician/flash.ts';
import { readImageFile } from '../technician/image-file.ts';
import { faultsOf, titleOf } from '../technician/portrait.ts';
import { mistake } from '../technician/problem.ts';
import type { Visit } from '../technician/visit.ts';
import { withPatience } from './tech-patience.ts';
import { TransferProgress } from './tech-progress.ts';
import { type Desk, type PortFlags, visiting, withCable } from './tech-visit.ts';

interface FlashFlags extends PortFlags {
  readonly wait?: true;
  readonly confirm?: true;
  readonly patience: number;
}

export function techFlashCommand(): Command {
  return withPatience(withCable(new Command('flash')))
    .description('bring firmware to a unit: transfer, trial, restart, and the unit’s own word on it')
    .argument('[image]', 'the image; may be left out with --confirm')
    .option('--wait', 'when a dose stands in the way of the restart, wait until it does not')
    .option('--confirm', 'confirm the firmware yourself, instead of waiting for the unit to do it')
    .action((file: string | undefined, flags: FlashFlags) =>
      visiting(flags, (visit, desk) =>
        file === undefined ? keep(visit, desk, flags) : bring(visit, desk, file, flags),
      ),
    );
}

async function keep(visit: Visit, { t, terminal }: Desk, flags: FlashFlags): Promise<void> {
  if (flags.confirm !== true) throw mistake(t, 'noImage');
  await confirm(visit);
  const { firmware } = await visit.state();
  terminal.answer({ version: firmware, state: 'confirmed' }, [t.flash.confirmed(firmware)]);
}

async function bring(visit: Visit, { t, terminal, signal }: Desk, file: string, flags: FlashFlags): Promise<void> {
  const { class: deviceClass } = await visit.state();
  const { output: machine } = await visit.client.granted(os.info, { format: 'm' });
  const image = await readImageFile(t, file, { deviceClass, machine });
  await visit.admit();
  let progress: TransferProgress | undefined;
  const whole = image.bytes.length;
  const outcome = await flash(visit, image, {
    wait: flags.wait === true,
    confirm: flags.confirm === true,
    patienceMs: flags.patience * 1000,
    agree: async (question) => !terminal.canAsk || terminal.confirm(question, signal),
    tell: (sentence) => {
      progress?.pause();
      terminal.tell(sentence);
    },
    onUpload: () => {
      progress = new TransferProgress(t, image.version, 0, terminal.showsProgress);
    },
    onBytes: (bytes) => {
      if (progress === undefined) return;
      // More than one request carries was there before it.
      if (!progress.begun && bytes > visit.client.messageBytesMax) progress.resumed(bytes);
      progress.update(bytes, whole);
      if (bytes < whole) return;
      progress.stop();
      terminal.tell(t.flash.transferred(whole, progress.seconds, progress.rate));
    },
  }).finally(() => progress?.stop());
  const faults = await faultsOf(visit);
  const told = faults.map((one) => `${one.number} ${titleOf(t, one)}`);
  terminal.answer(
    {
      ...{ version: image.version, hash: hexOf(image.hash), state: outcome, bytes: whole },
      ...(progress === undefined ? {} : { seconds: progress.seconds, bytesPerSecond: Math.round(progress.rate) }),
      faults: faults.map(({ code, number }) => ({ code, number })),
    },
    [
      outcome === 'running' ? t.flash.already(image.version) : t.flash.confirmed(image.version),
      ...(told.length === 0 ? [] : [t.fault.reports(t.list(told))]),
    ],
  );
}

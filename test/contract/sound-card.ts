import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readWav, type Sound } from '../../hal/linux/voice/wav.ts';

const alsaConf = '/usr/share/alsa/alsa.conf';
const isMissing = (program: string) => spawnSync(program, ['--version']).error !== undefined;

export const noAplay = isMissing('aplay') || !existsSync(alsaConf) ? 'aplay is not installed (alsa-utils)' : undefined;
export const noEspeak = isMissing('espeak-ng') ? 'espeak-ng is not installed' : undefined;

/** The real player on a sound card without one: ALSA's file plugin writes down what would be heard. */
export interface SoundCard {
  readonly folder: string;
  /** A player for this card and no other. */
  readonly player: string;
  /** Everything that was played, in the order of time. */
  heard(): readonly Sound[];
}

/** @param sink where the card's sound goes; a pipe that nobody reads is a card that is stuck */
export function buildSoundCard(sink?: string): SoundCard {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-sound-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = sink ?? join(folder, 'heard.wav');
  const config = join(folder, 'asoundrc');
  const player = join(folder, 'aplay');
  writeFileSync(
    config,
    `<${alsaConf}>\npcm.!default { type file file "${file}" format "wav" truncate ${sink !== undefined} slave.pcm "null" }\n`,
  );
  writeFileSync(player, `#!/bin/sh\nALSA_CONFIG_PATH='${config}' exec aplay "$@"\n`, { mode: 0o755 });
  return {
    folder,
    player,
    heard() {
      const names = readdirSync(folder).filter((name) => name.startsWith('heard.wav'));
      return names.sort().flatMap((name) => readWav(readFileSync(join(folder, name))) ?? []);
    },
  };
}

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium } from 'playwright-core';
import { buildPanel } from '../../../sim/panel/build.ts';
import type { PanelCommand, PanelFrame } from '../../../sim/panel/frames.ts';
import { type PanelServer, servePanel } from '../../../sim/panel/server.ts';
import { type ScriptedCentre, serveScriptedCentre } from './scripted-centre.ts';
import { scriptedFrames } from './scripted-frames.ts';

const executablePath = '/usr/bin/chromium';
export const hasBrowser = existsSync(executablePath);

const switches =
  'no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update disable-sync';

/** The panel with a scripted unit behind it, a scripted service centre, and a browser to look at it. */
export interface Stage {
  readonly browser: BrowserContext;
  readonly commands: PanelCommand[];
  readonly url: string;
  show(frame: PanelFrame): void;
  /** Ends the panel's server, as a crash of the simulator would. */
  breakOff(): Promise<void>;
  /** Starts it again where it was. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export async function buildStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'dosis-panel-'));
  const staticDir = join(folder, 'static');
  await buildPanel(staticDir);
  const centre: ScriptedCentre = await serveScriptedCentre();
  const commands: PanelCommand[] = [];
  let frame: PanelFrame = scriptedFrames.idle;
  const serve = (port: number) =>
    servePanel({
      port,
      staticDir: pathToFileURL(`${staticDir}/`),
      config: { centreUrl: centre.url, device: 'DD-0042' },
      latest: () => frame,
      onCommand: (command) => {
        commands.push(command);
        return command.do === 'repair' ? { da: 'Der er ingen fejl.', en: 'There is no fault.' } : undefined;
      },
    });
  let panel: PanelServer = await serve(0);
  const { url } = panel;
  const browser = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath,
    args: switches.split(' ').map((name) => `--${name}`),
  });
  return {
    browser,
    commands,
    url,
    show(next) {
      frame = next;
      panel.push(next);
    },
    breakOff: () => panel.close(),
    async comeBack() {
      panel = await serve(Number(new URL(url).port));
    },
    async close() {
      await browser.close();
      await panel.close();
      await centre.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

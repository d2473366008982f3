import { expect, vi } from 'vitest';
import WebSocket from 'ws';
import type { PanelCommand, PanelFrame, PanelMessage } from '../../sim/panel/frames.ts';

const patience = { timeout: 60_000, interval: 50 };

/** A unit's face in a browser, without the browser: a test presses and looks. */
export class PanelByHand {
  /** The last picture. */
  face: PanelFrame | undefined;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as PanelMessage;
      if (!('refused' in message)) this.face = message;
    });
  }

  static async at(port: number): Promise<PanelByHand> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { origin: `http://127.0.0.1:${port}` } });
    const panel = new PanelByHand(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return panel;
  }

  send(command: PanelCommand): void {
    this.#socket.send(JSON.stringify(command));
  }

  shows(what: (face: PanelFrame) => boolean): Promise<void> {
    return vi.waitFor(() => expect(this.face !== undefined && what(this.face)).toBe(true), patience);
  }

  close(): void {
    this.#socket.close();
  }
}

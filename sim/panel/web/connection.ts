import type { PanelConfig, PanelFrame, PanelMessage } from '../frames.ts';
import { config, connection, frame, refusal, sendThrough } from './state.ts';

const retryMs = { first: 400, max: 5000 } as const;

/** Keeps the panel connected for as long as the page is open. */
export function keepConnected(): void {
  let waitMs: number = retryMs.first;
  const open = () => {
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/ws`);
    socket.onopen = () => {
      waitMs = retryMs.first;
      void loadConfig();
    };
    socket.onmessage = (event) => receive(JSON.parse(String(event.data)) as PanelMessage);
    socket.onclose = () => {
      connection.value = 'lost';
      setTimeout(open, waitMs);
      waitMs = Math.min(waitMs * 1.6, retryMs.max);
    };
    sendThrough((text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    });
  };
  open();
}

function receive(message: PanelMessage): void {
  if ('refused' in message) {
    refusal.value = message.refused;
    return;
  }
  frame.value = message satisfies PanelFrame;
  connection.value = 'open';
}

async function loadConfig(): Promise<void> {
  const answer = await fetch('/config.json').catch(() => null);
  if (answer?.ok !== true) return;
  const next = (await answer.json()) as PanelConfig;
  const now = config.value;
  if (now?.centreUrl !== next.centreUrl || now.device !== next.device) config.value = next;
}

import { decodeConfig } from '../../protocol/messages/config.ts';
import type { NewConfig } from '../domain/memory.ts';
import { readSettings } from '../domain/settings.ts';
import type { ReadCommand, ReadConfig } from '../host/order-desk.ts';
import type { InboxEvent } from '../machine/events.ts';
import { packBytes } from './format.ts';
import type { Placeholders } from './placeholders.ts';

/**
 * A signed document cannot lose a text and keep its signature. What is recorded of one is therefore what the order desk
 * read in it, and a replay takes the desk's word instead of asking it again.
 */

/** A configuration as recorded: what follows from the document is worked out anew. */
type RecordedConfig = Omit<NewConfig, 'settings'>;

function withoutTexts({ document, hash }: NewConfig, names: Placeholders): RecordedConfig {
  return { document: names.inDocument(document), hash };
}

/** @throws ProtocolError, SettingsError when it is no configuration that was ever accepted */
function withSettings({ document, hash }: RecordedConfig): NewConfig {
  return { settings: readSettings(decodeConfig(document)), document, hash };
}

export function recordedConfig(read: ReadConfig, names: Placeholders): unknown {
  return packBytes(read.kind === 'offer' ? { ...read, config: withoutTexts(read.config, names) } : read);
}

export function recordedCommand(read: ReadCommand, names: Placeholders): unknown {
  return packBytes(read.kind === 'obey' ? { ...read, event: textless(read.event, names) } : read);
}

/** An event of the inbox, ready to be written on a line. */
export function recordedEvent(event: InboxEvent, names: Placeholders): unknown {
  return packBytes(textless(event, names));
}

function textless(event: InboxEvent, names: Placeholders): unknown {
  if (event.type === 'message.received') return names.inMessage(event);
  if (event.type === 'config.offered') return { ...event, config: withoutTexts(event.config, names) };
  return event;
}

/** What `recordedConfig` made, unpacked. @throws as `readSettings` and `decodeConfig` do */
export function replayedConfig(recorded: unknown): ReadConfig {
  const read = recorded as ReadConfig;
  return read.kind === 'offer' ? { ...read, config: withSettings(read.config) } : read;
}

/** What `recordedEvent` made, unpacked. @throws as `readSettings` and `decodeConfig` do */
export function replayedEvent(recorded: unknown): InboxEvent {
  const event = recorded as InboxEvent;
  return event.type === 'config.offered' ? { ...event, config: withSettings(event.config) } : event;
}

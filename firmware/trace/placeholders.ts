import { isProtocolError } from '../../protocol/errors.ts';
import { type ConfigDocument, decodeConfig, encodeConfig } from '../../protocol/messages/config.ts';
import type { ShownMessage } from '../domain/messages.ts';
import type { ServiceEvent } from '../machine/events.ts';

type Message = Extract<ServiceEvent, { type: 'message.received' }>;

/**
 * Stands-in for what people write: `t1`, `t2` and so on, the same for the same text and another for another, within one
 * trace. The firmware compares texts and never reads them, so it does the same with these.
 */
export class Placeholders {
  readonly #known = new Map<string, string>();

  of(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const made = `t${this.#known.size + 1}`;
    this.#known.set(text, made);
    return made;
  }

  ofAll(texts: readonly string[]): string[] {
    return texts.map((text) => this.of(text));
  }

  /** The CBOR of a configuration without its texts, the names of its messages, and its contacts; none when it cannot be read. */
  inDocument(document: Uint8Array): Uint8Array {
    try {
      const { messages, contacts, ...plan } = decodeConfig(document);
      return encodeConfig({
        ...plan,
        ...(messages === undefined ? {} : { messages: messages.map((message) => this.#inDaily(message)) }),
        ...(contacts === undefined ? {} : { contacts: this.ofAll(contacts) }),
      });
    } catch (error) {
      if (!isProtocolError(error)) throw error;
      return new Uint8Array();
    }
  }

  inShown(message: ShownMessage): ShownMessage {
    return { ...message, text: this.of(message.text), buttons: this.ofAll(message.buttons) };
  }

  inMessage(message: Message): Message {
    return { ...message, text: this.of(message.text), buttons: this.ofAll(message.buttons) };
  }

  #inDaily(daily: NonNullable<ConfigDocument['messages']>[number]): NonNullable<ConfigDocument['messages']>[number] {
    return { ...daily, id: this.of(daily.id), text: this.of(daily.text) };
  }
}

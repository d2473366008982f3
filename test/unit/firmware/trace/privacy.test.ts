import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../../../firmware/ledger/schema.ts';
import type { ConfigDocument } from '../../../../protocol/messages/config.ts';
import { command, Desk, FORGER, hashOf, sealed, signed } from '../centre-desk.ts';
import { CONFIG, HOUR, labels, MINUTE } from '../rig.ts';
import { FieldRig } from './field-rig.ts';

const SECRET = 'birthe';
const GRANT = { sessionPresent: false, receiveMaximum: 20, packetBytesMax: 65_536 };

function withTexts(version: number, at = '09:30'): ConfigDocument {
  return {
    ...CONFIG,
    version,
    messages: [
      { id: `${SECRET}-1`, at, text: `Ring til ${SECRET} ${version}` },
      { id: `${SECRET}-2`, at: '14:00', text: `Drik vand, ${SECRET}` },
    ],
    contacts: [`${SECRET}-4711`],
  };
}

function message(id: number, text = `Husk briller, ${SECRET}`) {
  return { type: 'message', id, text, buttons: [`Ja ${SECRET}`, `Nej ${SECRET}`] } as const;
}

/** Every spelling in which bytes or text could stand on a line. */
function expectNoSecret(text: string): void {
  expect(text.split('\n').filter((line) => line.toLowerCase().includes(SECRET))).toEqual([]);
  const bytes = [...text.matchAll(/"bytes":"([^"]*)"/g)].map(([, base64 = '']) => Buffer.from(base64, 'base64'));
  for (const each of bytes) expect(each.toString('latin1').toLowerCase()).not.toContain(SECRET);
  expect(text).not.toContain(Buffer.from(SECRET).toString('hex'));
}

/** A day on which texts come by every road, are shown, answered, pruned, deferred, refused and forged. */
function talkativeDay(): FieldRig {
  const rig = new FieldRig({ config: withTexts(1), rolls: { A: labels('2026-11-20', 14) } });
  rig.online = true;
  const desk = new Desk(rig);
  desk.send('command', sealed(command(rig, message(1))));
  desk.send('command', sealed(command(rig, message(1))));
  desk.send('command', sealed(command(rig, message(2, `Noget andet, ${SECRET}`))));
  desk.send('command', sealed(command(rig, message(3)), FORGER));
  desk.send('command', sealed(command(rig, message(4), { device: 'DD-0043' })));
  desk.send('command', new TextEncoder().encode(`Kære ${SECRET}`));
  rig.hear({ type: 'mqtt.message', message: { topic: `d/${SECRET}/down/ack`, payload: new Uint8Array([1]) } });
  rig.hear({ type: 'mqtt.message', message: { topic: SECRET, payload: new Uint8Array([1]) } });
  rig.hear({
    type: 'mqtt.message',
    message: { topic: 'd/DD-0042/down/ack', payload: new TextEncoder().encode(SECRET) },
  });
  rig.sense({ type: 'choice.pressed', choice: 2 });
  rig.ask({
    type: 'message.received',
    text: `Fra kablet, ${SECRET}`,
    buttons: [SECRET],
    untilMs: rig.wallMs + 20 * HOUR,
  });
  // The morning's window is open: the new plan waits until it is closed, and the unit starts anew before.
  rig.until('2026-11-20T07:45+01:00');
  const base = hashOf(withTexts(1));
  rig.host.offerConfig(signed(withTexts(2, '10:30'), { base }));
  rig.hear({ type: 'mqtt.disconnected', reason: `the broker of ${SECRET} is gone` });
  rig.hear({ type: 'mqtt.connected', grant: GRANT });
  rig.press();
  rig.take();
  rig.pass(HOUR);
  rig.restart();
  rig.hear({ type: 'mqtt.connected', grant: GRANT });
  rig.host.offerConfig(signed(withTexts(2, '10:30'), { base }));
  desk.send('config', signed(withTexts(2, '10:30'), { base }));
  desk.send('config', signed(withTexts(3), { base }));
  desk.send('config', signed(withTexts(4), { base: hashOf(withTexts(2, '10:30')) }, FORGER));
  desk.send('config', new TextEncoder().encode(SECRET));
  desk.send('command', sealed(command(rig, message(7))));
  rig.pass(3 * HOUR);
  rig.restart();
  rig.pass(30 * MINUTE);
  return rig;
}

describe('a trace from the field', () => {
  const rig = talkativeDay();

  it('was recorded while the words of the centre were shown, spoken and kept', () => {
    const seen = JSON.stringify(rig.observed);
    for (const word of ['Ring til', 'Husk briller', 'Noget andet', 'Fra kablet'])
      expect(seen).toContain(`${word}${word === 'Ring til' ? ' ' : ', '}${SECRET}`);
    expect(seen).toContain('"config.offered"');
    expect(Buffer.from(JSON.stringify(rig.store.rows('SELECT value FROM register'))).toString()).toContain(SECRET);
    expect(rig.traces.list()).toHaveLength(3);
  });

  it('holds none of them', () => {
    expectNoSecret(rig.text);
  });

  it('replays to the byte all the same', () => {
    expect(rig.replay()).toMatchObject({ divergence: null, runs: 3 });
  });

  it('sees a text that is not the one before', () => {
    const text = rig.text;
    const second = /"text":"(t\d+)"/.exec(text)?.[1] as string;
    // Two messages become one for the display: it does not change when the first is answered.
    const merged = text
      .replaceAll(/"text":"t\d+"/g, `"text":"${second}"`)
      .replaceAll(/"buttons":\[[^\]]*\]/g, '"buttons":[]');
    expect(merged).not.toBe(text);
    expect(rig.replay(merged).same).toBe(false);
  });

  it('has a word on every table of the ledger', () => {
    const tables = MIGRATIONS.flatMap((sql) => [...sql.matchAll(/CREATE TABLE (\w+)/g)].map(([, name]) => name));
    const recorded = new Set([...rig.text.matchAll(/"table":"(\w+)"/g)].map(([, name]) => name));
    // An alarm stands only when something is wrong.
    expect(tables.filter((name) => !recorded.has(name as string))).toEqual(['alarm']);
  });

  it('holds every register but the seals', () => {
    const names = rig.store.rows('SELECT name FROM register ORDER BY name').map(({ name }) => name);
    const [, last] = [...rig.text.matchAll(/\{"table":"register","rows":(.*)\}/g)].at(-1) ?? [];
    const recorded = (JSON.parse(last as string) as [string, string][]).map(([name]) => name);
    expect(names.filter((name) => !recorded.includes(name as string))).toEqual(['schema', 'sum']);
  });
});

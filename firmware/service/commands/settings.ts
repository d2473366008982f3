import { sha256 } from '@noble/hashes/sha2.js';
import { hexOf } from '../../../protocol/cose/bytes.ts';
import { type ConfigReport, encodeConfigReport } from '../../../protocol/messages/config-report.ts';
import { settings } from '../../../protocol/smp/commands/settings.ts';
import { settingsRc, smpGroup, smpRc } from '../../../protocol/smp/numbers.ts';
import { type Handler, handler, Refused } from '../exchange.ts';
import type { ServicedUnit, UnitFacts } from '../unit.ts';

const DOCUMENT = 'config/document';
/** Why the image bank refused last. */
const IMAGE_REFUSAL = 'image/refusal';
const utf8 = new TextEncoder();

/** What can be read, by name. `null`: the unit has none now. */
const readers: ReadonlyMap<string, (unit: ServicedUnit) => Uint8Array | null> = new Map([
  [DOCUMENT, (unit: ServicedUnit) => unit.config.document()],
  ['config/report', (unit: ServicedUnit) => reportBytes(unit.config.report())],
  ['unit/device', fact(({ device }) => device)],
  ['unit/epoch', fact(({ epoch }) => epoch)],
  ['unit/firmware', fact(({ firmware }) => firmware)],
  ['unit/class', fact(({ deviceClass }) => hexOf(deviceClass))],
  ['unit/boot', fact(({ boot }) => boot)],
  ['unit/service-number', fact(({ serviceNumber }) => serviceNumber)],
]);

/**
 * One setting can be written: `config/document`, a document that the centre signed. It comes into force as a whole or
 * not at all, with the answer, so there is nothing to commit or to save; nothing is ever deleted.
 * @param imageRefusal why the image bank refused last
 */
export function settingsHandlers(imageRefusal: () => string | null): readonly Handler[] {
  return [
    handler(settings.read, ({ name, max_size }, { unit }) => {
      const value = name === IMAGE_REFUSAL ? textBytes(imageRefusal()) : (readers.get(name)?.(unit) ?? null);
      if (value === null) return refused(settingsRc.keyNotFound);
      if (max_size === undefined || value.length <= max_size) return { val: value };
      return { val: value.slice(0, max_size), max_size };
    }),
    handler(settings.write, ({ name, val }, { unit, stamp, journal }) => {
      if (name !== DOCUMENT) return refused(readers.has(name) ? settingsRc.writeNotSupported : settingsRc.keyNotFound);
      journal('config-offered', hexOf(sha256(val)));
      const report = unit.config.offer(val, stamp);
      if (report.status === 'applied') return {};
      const why = report.errors.map(({ path, code }) => (path === '' ? code : `${path} ${code}`)).join(', ');
      const rc = report.status === 'deferred' ? smpRc.busy : smpRc.invalid;
      return Refused.plain(rc, `${report.status}: ${why}`, report.errors[0]?.code);
    }),
    handler(settings.remove, () => refused(settingsRc.deleteNotSupported)),
    handler(settings.commit, () => Refused.plain(smpRc.notSupported, 'a document comes into force when it is written')),
  ];
}

function fact(read: (facts: UnitFacts) => string | number | null) {
  return (unit: ServicedUnit): Uint8Array | null => {
    const value = read(unit.facts());
    return textBytes(value === null ? null : String(value));
  };
}

function textBytes(text: string | null): Uint8Array | null {
  return text === null ? null : utf8.encode(text);
}

function reportBytes(report: ConfigReport | null): Uint8Array | null {
  return report === null ? null : encodeConfigReport(report);
}

function refused(rc: number): Refused {
  return Refused.inGroup(smpGroup.settings, rc);
}

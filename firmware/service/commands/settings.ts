import { sha256 } from '@noble/hashes/sha2.js';
import { hexOf } from '../../../protocol/cose/bytes.ts';
import { type ConfigReport, encodeConfigReport } from '../../../protocol/messages/config-report.ts';
import { settings } from '../../../protocol/smp/commands/settings.ts';
import { settingsRc, smpGroup, smpRc } from '../../../protocol/smp/numbers.ts';
import { type Handler, handler, Refused } from '../exchange.ts';
import type { CableUnit, ServicedConfig, UnitFacts } from '../unit.ts';

const DOCUMENT = 'config/document';
const REPORT = 'config/report';
/** Why the image bank refused last. */
const IMAGE_REFUSAL = 'image/refusal';
const utf8 = new TextEncoder();

/** What the unit says of itself, by name. `null`: it has none now. */
const facts = new Map<string, (facts: UnitFacts) => string | number | null>([
  ['unit/device', ({ device }) => device],
  ['unit/epoch', ({ epoch }) => epoch],
  ['unit/firmware', ({ firmware }) => firmware],
  ['unit/class', ({ deviceClass }) => hexOf(deviceClass)],
  ['unit/boot', ({ boot }) => boot],
  ['unit/service-number', ({ serviceNumber }) => serviceNumber],
]);
const writtenNowhere: ReadonlySet<string> = new Set([REPORT, ...facts.keys()]);

/**
 * @param imageRefusal why the image bank refused last
 * @param config absent where no firmware runs that keeps to one
 */
export function settingsReader(imageRefusal: () => string | null, config?: () => ServicedConfig): Handler {
  const settingOf = (name: string, unit: CableUnit): Uint8Array | null => {
    if (name === IMAGE_REFUSAL) return textBytes(imageRefusal());
    if (name === DOCUMENT) return config?.().document() ?? null;
    if (name === REPORT) return reportBytes(config?.().report() ?? null);
    return textBytes(facts.get(name)?.(unit.facts()) ?? null);
  };
  return handler(settings.read, ({ name, max_size }, { unit }) => {
    const value = settingOf(name, unit);
    if (value === null) return refused(settingsRc.keyNotFound);
    if (max_size === undefined || value.length <= max_size) return { val: value };
    return { val: value.slice(0, max_size), max_size };
  });
}

/**
 * One setting can be written: `config/document`, a document that the centre signed. It comes into force as a whole or
 * not at all, with the answer, so there is nothing to commit or to save; nothing is ever deleted.
 */
export function settingsWriters(config: () => ServicedConfig): readonly Handler[] {
  return [
    handler(settings.write, ({ name, val }, { journal }) => {
      if (name !== DOCUMENT)
        return refused(writtenNowhere.has(name) ? settingsRc.writeNotSupported : settingsRc.keyNotFound);
      journal('config-offered', hexOf(sha256(val)));
      const report = config().offer(val);
      if (report.status === 'applied') return {};
      const why = report.errors.map(({ path, code }) => (path === '' ? code : `${path} ${code}`)).join(', ');
      const rc = report.status === 'deferred' ? smpRc.busy : smpRc.invalid;
      return Refused.plain(rc, `${report.status}: ${why}`, report.errors[0]?.code);
    }),
    handler(settings.remove, () => refused(settingsRc.deleteNotSupported)),
    handler(settings.commit, () => Refused.plain(smpRc.notSupported, 'a document comes into force when it is written')),
  ];
}

function textBytes(value: string | number | null): Uint8Array | null {
  return value === null ? null : utf8.encode(String(value));
}

function reportBytes(report: ConfigReport | null): Uint8Array | null {
  return report === null ? null : encodeConfigReport(report);
}

function refused(rc: number): Refused {
  return Refused.inGroup(smpGroup.settings, rc);
}

import type { FileKind } from '../../program/file-kind.ts';

export interface FileWords {
  /** What it is, with its article. */
  readonly is: string;
  /** What is done with it, as a clause after "som". */
  readonly use: string;
  /** Where one comes from. */
  readonly from: string;
}

const files: Readonly<Record<FileKind, FileWords>> = {
  pass: { is: 'et teknikerpas', use: 'skrives efter --pass', from: '"dosis centre pass" skriver det' },
  enrolment: {
    is: 'en indskrivning',
    use: 'bruges med "dosis tech provision" og "dosis tech swap"',
    from: '"dosis centre enrol" og "dosis centre renew" skriver den',
  },
  image: { is: 'et program', use: 'lægges ind med "dosis tech flash"', from: '"dosis image build" laver det' },
  signedPlan: {
    is: 'en underskrevet indstilling',
    use: 'tages i brug med "dosis tech config set"',
    from: '"dosis centre config get ID --signed FIL" skriver den',
  },
  plan: {
    is: 'en indstilling uden underskrift',
    use: 'servicecentralen underskriver med "dosis centre config set ID FIL"',
    from: '"dosis tech config get" skriver den',
  },
  handover: {
    is: 'en overdragelse',
    use: 'bruges med "dosis tech swap --handover"',
    from: '"dosis centre handover" skriver den',
  },
  log: { is: 'en log', use: 'læses med "dosis tech log FIL"', from: '"dosis tech log --out FIL" henter den' },
  trace: {
    is: 'en optagelse',
    use: 'afspilles med "dosis sim replay"',
    from: '"dosis tech trace --out FIL" henter den',
  },
  ledger: {
    is: 'en kopi af et apparats hukommelse',
    use: 'sqlite3 kan åbne',
    from: '"dosis tech ledger --out FIL" henter den',
  },
  report: {
    is: 'en rapport over en selvtest',
    use: 'læses med "dosis tech selftest --verify"',
    from: '"dosis tech selftest" skriver den',
  },
  scenario: {
    is: 'en historie til simulatoren',
    use: 'spilles med "dosis sim run"',
    from: 'de ligger i sim/scenarios',
  },
  privateKey: {
    is: 'en privat nøgle',
    use: '"dosis image sign --key" underskriver med',
    from: '"dosis image key" laver den',
  },
  publicKey: {
    is: 'en offentlig nøgle',
    use: '"dosis image verify --key" prøver underskrifter med',
    from: '"dosis image key" laver den',
  },
};

/** @param wanted what should have been given; undefined where it could be many things */
export function daOtherFile(file: string, found: FileKind, wanted: FileKind | undefined): string {
  const { is, use } = files[found];
  const instead = wanted === undefined ? '' : `; her skal der bruges ${files[wanted].is}: ${files[wanted].from}`;
  return `"${file}" er ${is}, som ${use}${instead}.`;
}

import type { FileKind } from '../../program/file-kind.ts';
import type { FileWords } from './da-files.ts';

const files: Readonly<Record<FileKind, FileWords>> = {
  pass: { is: 'a technician’s pass', use: 'is given after --pass', from: '"dosis centre pass" writes it' },
  enrolment: {
    is: 'an enrolment',
    use: '"dosis tech provision" and "dosis tech swap" take',
    from: '"dosis centre enrol" and "dosis centre renew" write it',
  },
  image: { is: 'firmware', use: '"dosis tech flash" puts in', from: '"dosis image build" makes it' },
  signedPlan: {
    is: 'a signed document of settings',
    use: '"dosis tech config set" brings into force',
    from: '"dosis centre config get ID --signed FILE" writes it',
  },
  plan: {
    is: 'a document of settings that nobody has signed',
    use: 'the service centre signs with "dosis centre config set ID FILE"',
    from: '"dosis tech config get" writes it',
  },
  handover: {
    is: 'a handover',
    use: '"dosis tech swap --handover" takes',
    from: '"dosis centre handover" writes it',
  },
  log: { is: 'a log', use: '"dosis tech log FILE" reads', from: '"dosis tech log --out FILE" fetches it' },
  trace: { is: 'a recording', use: '"dosis sim replay" plays', from: '"dosis tech trace --out FILE" fetches it' },
  ledger: {
    is: 'a copy of the memory of a unit',
    use: 'sqlite3 opens',
    from: '"dosis tech ledger --out FILE" fetches it',
  },
  report: {
    is: 'a report of a self-test',
    use: '"dosis tech selftest --verify" reads',
    from: '"dosis tech selftest" writes it',
  },
  scenario: { is: 'a story for the simulator', use: '"dosis sim run" plays', from: 'they are in sim/scenarios' },
  privateKey: { is: 'a private key', use: '"dosis image sign --key" signs with', from: '"dosis image key" makes it' },
  publicKey: {
    is: 'a public key',
    use: '"dosis image verify --key" checks signatures with',
    from: '"dosis image key" makes it',
  },
};

/** @param wanted what should have been given; undefined where it could be many things */
export function enOtherFile(file: string, found: FileKind, wanted: FileKind | undefined): string {
  const { is, use } = files[found];
  const instead = wanted === undefined ? '' : `; what is wanted here is ${files[wanted].is}: ${files[wanted].from}`;
  return `"${file}" is ${is}, which ${use}${instead}.`;
}

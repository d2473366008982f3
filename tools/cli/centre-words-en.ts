interface ImageLine {
  readonly version: string;
  readonly hash: string;
  readonly bytes: number;
  readonly kind: string;
  readonly counter: number;
  readonly day: string;
}

/** What `dosis centre` says in a terminal, beyond what the centre itself answers (tools/centre). */
export const centreWordsEn = {
  locale: 'en-GB',
  /** Of a running centre that is asked. */
  client: {
    tokenUnreadable: (file: string, code: string) =>
      `The operator token cannot be read from "${file}" (${code}); name the home of the centre with --home, or the file with --token-file.`,
    noAnswer: (url: string) =>
      `The service centre at ${url} does not answer; start it with "dosis centre", or name another with --centre.`,
    tooSlow: (url: string, seconds: number) =>
      `The service centre at ${url} has not answered within ${seconds} s; start it with "dosis centre", or name another with --centre.`,
    unexpected: (url: string) => `What answers at ${url} is no service centre; name another with --centre.`,
  },
  home: {
    enrolmentRefused: (why: string) => `The enrolment cannot be made: ${why}`,
    made: (folder: string, broker: string, reach: string) =>
      [
        `The service centre has its home in "${folder}". It holds its private keys: keep a copy in a safe place.`,
        `Devices find the broker at ${broker}${reach}.`,
        `Start both: dosis centre --home "${folder}" --mosquitto`,
        `First device: dosis centre enrol ID --home "${folder}"`,
      ].join('\n'),
    onlyHere: ' from this machine only (name others with --host)',
    enrolled: (device: string, until: string, serial: string) =>
      `${device} is enrolled until ${until}, serial ${serial}.`,
    renewed: (device: string, until: string, serial: string) =>
      `${device} has a new certificate until ${until}, serial ${serial}.`,
    enrolment: (file: string) =>
      `Its enrolment is "${file}". It holds the private key of the device: bring it there by cable, then delete it.`,
    nothingRevoked: (device: string, older: boolean) =>
      `${device} had no ${older ? 'older ' : ''}certificate left to revoke.`,
    revoked: (device: string, certificates: number, older: boolean) => {
      const what = certificates === 1 ? '1 certificate' : `${certificates} certificates`;
      return `${older ? `Of ${device} all but the newest certificate are` : `${device} is`} revoked (${what}).`;
    },
    brokerUntold: (list: string) =>
      `No Mosquitto of this home runs on this machine: bring "${list}" to the broker and restart it, or it goes on admitting the device.`,
    brokerTold: 'The broker has been told, and any connection of the device has been ended.',
    brokerMute:
      'The broker has been told, but did not answer: restart it, or a connection that the device has now stays.',
    deviceHeads: ['device', 'state', 'until', 'serial', 'class'],
    deviceStates: { valid: 'valid', expired: 'expired', revoked: 'revoked' },
    noDevices: 'No device is enrolled yet; enrol one with: dosis centre enrol ID',
  },
  pass: {
    refused: (why: string) => `The pass cannot be made: ${why}`,
    exists: (file: string) => `"${file}" exists, and a pass is never overwritten; name another file with --out.`,
    roles: { technician: 'technician', filler: 'filler', reader: 'reader' },
    about: (id: string, role: string, until: string) =>
      `Dosis: pass ${id} (${role}) until ${until}. Whoever holds this file may use it: keep it to yourself.`,
    made: (file: string, id: string, role: string, until: string) =>
      `"${file}" is pass ${id} (${role}) until ${until}. Whoever holds it may use it: dosis tech info --pass "${file}"`,
  },
  image: {
    kept: (line: string, version: string) =>
      `Kept: ${line}\nBring it to a unit: dosis centre send ID update ${version}`,
    removed: (line: string) => `Removed: ${line}`,
    notKept: (file: string, why: string) => `"${file}" is not kept: ${why}`,
    none: 'This centre has no images; add one with "dosis centre image add FILE".',
    line: ({ version, hash, bytes, kind, counter, day }: ImageLine) =>
      `${version} · hash ${hash} · ${bytes} bytes · class ${kind} · counter ${counter} · ${day}`,
  },
  config: {
    checkedByUnit:
      'Whether windows overlap, the time zone exists and the medicine fits is checked by the unit itself, which reports what it finds.',
    newUnitAlone: 'dosis centre config get: --new-unit needs --signed and a file.',
    signed: (file: string, version: number, id: string, newUnit: boolean) =>
      `"${file}" is version ${version} for ${id}, signed for ${newUnit ? 'a new unit that takes its place' : 'it as it stands'}.`,
    setWhat: 'dosis centre config set: write the id of a unit and a file, or --group with a file.',
    stored: (version: number, id: string) => `Version ${version} is stored for ${id}.`,
    neverHeard: (id: string) => `This centre has never heard of ${id}; the document waits until it connects.`,
    noneButVersion: (id: string) => `${id} has no configuration here; leave "version" out of the file.`,
    madeFromOlder: (id: string, from: string, author: string, newest: number) =>
      `The file was made from version ${from}, and ${author} has made version ${newest} since; see "dosis centre config diff ${id} ${from} ${newest}", and make your change in the newest.`,
    line: (id: string, version: number, state: string) => `${id} version ${version}: ${state}`,
    same: 'They say the same.',
    nothing: '(nothing)',
    noHistory: (id: string) => `Nothing was made for ${id} here.`,
    made: (at: string, author: string) => `made ${at} by ${author}`,
    saysAgain: (version: number) => `says what ${version} said`,
    version: (version: number) => `version ${version}`,
    groupAlone: 'dosis centre config set: with --group the units stand in its file.',
    noRollouts: 'There were no rollouts.',
    rollout: (id: number, state: string, wave: number, waves: number) =>
      `Rollout ${id}: ${state}, wave ${wave} of ${waves}.`,
    none: (id: string) => `${id} has no configuration here; make one with "dosis centre config set ${id} FILE".`,
    fileTooLong: (file: string) => `"${file}" is far too long to be a configuration.`,
    fileTorn: (file: string, line: number, column: number) =>
      `"${file}", line ${line}, column ${column}: this is neither YAML nor JSON; correct it there.`,
    fileNoMap: (file: string) => `"${file}" must hold a map, such as what "dosis centre config get ID" prints.`,
    fileUnreadable: (file: string, code: string) => `"${file}" cannot be read (${code}); name a file that exists.`,
  },
  send: {
    noCommand: (word: string, known: string) => `dosis centre send: "${word}" is no command; write one of ${known}.`,
    form: (form: string) => `dosis centre send: write it as ID ${form}.`,
    outAlone: 'dosis centre send: --out goes with send-log.',
    noNumber: (text: string) => `dosis centre send: "${text}" is no whole number.`,
    statusOf:
      'dosis centre send: write --status ID for all that a unit was asked, or ID --status NUMBER for one of it.',
    noUnit: (id: string) => `dosis centre send: "${id}" is no unit; write its id and then what it is asked.`,
  },
  log: {
    noUnit: (id: string) => `dosis centre log: "${id}" is no unit; write its id.`,
    size: (received: number, bytes: number) =>
      received === bytes ? `${bytes} bytes` : `${received} of ${bytes} bytes`,
  },
  swap: {
    tells: (file: string, id: string, at: string, doses: number) => {
      const ends = ['no dose', '1 dose'][doses] ?? `${doses} doses`;
      return `"${file}" tells what ${id} had done when it was heard last, ${at}: ${ends} came to an end.`;
    },
    unknown:
      'What it did after that nobody knows: a dose whose window is open when the new unit takes over is for a person to find out.',
    perhapsAhead: (doses: string) =>
      `It was asked for a take-out and did not tell the end. The new unit will not give these doses, which the citizen may have already: ${doses}. Ask, and see that what is lacking is given by hand.`,
    goOn: (file: string) => `Go on with: dosis tech swap ENROLMENT --handover "${file}"`,
    online: (id: string) =>
      `${id} is connected just now. If its cable works, swap it without this file: then nothing is left unknown.`,
    givenUp: (device: string, epoch: number) =>
      `Nobody waits any longer for records of ${device} with ledger ${epoch}.`,
    cameIn: ({ device, epoch, stored, known }: TakenRecords) =>
      `Of ${device} with ledger ${epoch} ${stored === 1 ? '1 record' : `${stored} records`} came in; ${known} were here already.`,
    brokenAfter: (seq: number) =>
      `After record ${seq} the log was changed or left out; the rest of it was not taken in.`,
    more: (through: number) =>
      `There are more: this centre has them through ${through}. Read the log once more, or give it up with --lost.`,
    nothingOwed: 'Nothing is waited for any more.',
    pathMissing: 'dosis centre take-in: name the folder that "dosis tech swap" has kept, or a log.',
    lostWhose: 'With --lost alone say whose it is: --unit ID --epoch NUMBER.',
    noSwap: (path: string) => `"${path}" belongs to no swap, so say whose it is: --unit ID --epoch NUMBER.`,
    noSwapFolder: (path: string) =>
      `"${path}" is a folder, but not one that "dosis tech swap" has kept: it has no sound swap.json. Name that folder, or a log.`,
    noLog: (path: string) =>
      `The swap in "${path}" has no log: the unit could not be asked. Read it in the workshop with "dosis tech log --out FILE", or give it up with --lost.`,
    defects: {
      'not-records': 'it is no log of a unit',
      damaged: 'it is damaged',
      'cut-off': 'its end is missing',
      empty: 'it is empty',
    },
    unfit: (file: string, why: string, at: number) =>
      `"${file}" cannot be taken in: ${why} (byte ${at}); read the log out of the unit once more.`,
    unreadable: (file: string, code: string) =>
      `"${file}" cannot be read (${code}); name the folder of the swap, or a log.`,
  },
  alarm: {
    closed: (alarm: string, device: string, author: string) =>
      `The alarm ${alarm} of ${device} is closed, by ${author}. It opens again if a unit tells of it anew.`,
    incomplete:
      'dosis centre close-alarm: write ID CODE SLOT DATE of an alarm about a dose, or ID CODE, and with both --by and --reason.',
    none: (device: string) => `${device} has no alarm that a person could close, and none was closed.`,
    open: (alarm: string) => `open: ${alarm}`,
    was: (alarm: string, at: string, author: string, reason: string) =>
      `closed: ${alarm} · ${at} by ${author} · ${reason}`,
  },
  run: {
    running: (url: string, broker: string) =>
      `The service centre shows ${url} and listens on ${broker}. Ctrl-C stops it.`,
    noCommand: (word: string) => `dosis centre has no command "${word}". See: dosis centre --help`,
    stops: (why: string) => `The service centre stops, because ${why}`,
    databaseFailed: (why: string) => `its database failed: ${why}`,
    brokerEnded: (how: string) => `its Mosquitto ended (${how})`,
    noTls: (url: string) => `--broker is "${url}", which has no TLS; with --home write mqtts://HOST:PORT.`,
    needsHome: '--mosquitto needs a home; make one with "dosis centre init", then add --home FOLDER.',
    twoBrokers: '--mosquitto and --broker both name a broker; leave one out.',
  },
};

interface TakenRecords {
  readonly device: string;
  readonly epoch: number;
  readonly stored: number;
  readonly known: number;
}

export type CentreWords = typeof centreWordsEn;

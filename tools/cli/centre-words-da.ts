import type { CentreWords } from './centre-words-en.ts';

/** As centre-words-en.ts. */
export const centreWordsDa: CentreWords = {
  locale: 'da-DK',
  client: {
    tokenUnreadable: (file, code) =>
      `Operatørtokenet kan ikke læses fra "${file}" (${code}); nævn centralens mappe med --home eller filen med --token-file.`,
    noAnswer: (url) =>
      `Servicecentralen på ${url} svarer ikke; start den med "dosis centre", eller nævn en anden med --centre.`,
    tooSlow: (url, seconds) =>
      `Servicecentralen på ${url} har ikke svaret inden for ${seconds} s; start den med "dosis centre", eller nævn en anden med --centre.`,
    unexpected: (url) => `Det, der svarer på ${url}, er ingen servicecentral; nævn en anden med --centre.`,
  },
  home: {
    enrolmentRefused: (why) => `Indskrivningen kan ikke laves: ${why}`,
    made: (folder, broker, reach) =>
      [
        `Servicecentralen har sin mappe i "${folder}". Den indeholder dens private nøgler: gem en kopi et sikkert sted.`,
        `Apparaterne finder brokeren på ${broker}${reach}.`,
        `Start begge: dosis centre --home "${folder}" --mosquitto`,
        `Første apparat: dosis centre enrol ID --home "${folder}"`,
      ].join('\n'),
    onlyHere: ', kun fra denne maskine (nævn andre navne med --host)',
    enrolled: (device, until, serial) => `${device} er indskrevet til ${until}, serienummer ${serial}.`,
    renewed: (device, until, serial) => `${device} har et nyt certifikat til ${until}, serienummer ${serial}.`,
    enrolment: (file) =>
      `Indskrivningen er "${file}". Den indeholder apparatets private nøgle: bring den dertil over kablet, og slet den så.`,
    nothingRevoked: (device, older) =>
      `${device} havde ${older ? 'intet ældre certifikat' : 'intet certifikat'}, der kunne tages tilbage.`,
    revoked: (device, certificates, older) => {
      const what = certificates === 1 ? '1 certifikat' : `${certificates} certifikater`;
      return `${older ? `Alle ${device}s certifikater på nær det nyeste er` : `${device} er`} taget tilbage (${what}).`;
    },
    brokerUntold: (list) =>
      `Ingen Mosquitto fra denne mappe kører på denne maskine: bring "${list}" til brokeren, og genstart den, ellers lukker den fortsat apparatet ind.`,
    brokerTold: 'Brokeren har fået besked, og en eventuel forbindelse til apparatet er afbrudt.',
    brokerMute:
      'Brokeren har fået besked, men svarede ikke: genstart den, ellers bliver den forbindelse, som apparatet har nu.',
    deviceHeads: ['apparat', 'status', 'til', 'serienummer', 'slags'],
    deviceStates: { valid: 'gyldig', expired: 'udløbet', revoked: 'taget tilbage' },
    noDevices: 'Intet apparat er indskrevet endnu; indskriv et med: dosis centre enrol ID',
  },
  pass: {
    refused: (why) => `Passet kan ikke laves: ${why}`,
    exists: (file) => `"${file}" findes, og et pas overskrives aldrig; nævn en anden fil med --out.`,
    roles: { technician: 'tekniker', filler: 'påfylder', reader: 'læser' },
    about: (id, role, until) =>
      `Dosis: pas ${id} (${role}) til ${until}. Den, der har denne fil, kan bruge det: hold den for dig selv.`,
    made: (file, id, role, until) =>
      `"${file}" er pas ${id} (${role}) til ${until}. Den, der har det, kan bruge det: dosis tech info --pass "${file}"`,
  },
  image: {
    kept: (line, version) => `Gemt: ${line}\nBring det til et apparat: dosis centre send ID update ${version}`,
    removed: (line) => `Fjernet: ${line}`,
    notKept: (file, why) => `"${file}" er ikke gemt: ${why}`,
    none: 'Centralen har ingen programmer; læg et ind med "dosis centre image add FIL".',
    line: ({ version, hash, bytes, kind, counter, day }) =>
      `${version} · hash ${hash} · ${bytes} byte · slags ${kind} · tæller ${counter} · ${day}`,
  },
  config: {
    checkedByUnit:
      'Om tiderne overlapper, tidszonen findes, og medicinen passer, undersøger apparatet selv og melder, hvad det finder.',
    newUnitAlone: 'dosis centre config get: --new-unit kræver --signed og en fil.',
    signed: (file, version, id, newUnit) =>
      `"${file}" er version ${version} til ${id}, underskrevet til ${newUnit ? 'et nyt apparat, der tager dets plads' : 'apparatet, som det er nu'}.`,
    setWhat: 'dosis centre config set: skriv et apparats id og en fil, eller --group med en fil.',
    stored: (version, id) => `Version ${version} er gemt til ${id}.`,
    neverHeard: (id) => `Centralen har aldrig hørt fra ${id}; indstillingen venter, til det forbinder sig.`,
    noneButVersion: (id) => `${id} har ingen indstilling her; tag "version" ud af filen.`,
    madeFromOlder: (id, from, author, newest) =>
      `Filen er lavet ud fra version ${from}, og ${author} har lavet version ${newest} siden; se "dosis centre config diff ${id} ${from} ${newest}", og lav din ændring i den nyeste.`,
    line: (id, version, state) => `${id} version ${version}: ${state}`,
    same: 'De siger det samme.',
    nothing: '(intet)',
    noHistory: (id) => `Her er intet lavet til ${id}.`,
    made: (at, author) => `lavet ${at} af ${author}`,
    saysAgain: (version) => `siger det samme som ${version}`,
    version: (version) => `version ${version}`,
    groupAlone: 'dosis centre config set: med --group står apparaterne i dens fil.',
    noRollouts: 'Der har ikke været udrulninger.',
    rollout: (id, state, wave, waves) => `Udrulning ${id}: ${state}, bølge ${wave} af ${waves}.`,
    none: (id) => `${id} har ingen indstilling her; lav en med "dosis centre config set ${id} FIL".`,
    fileTooLong: (file) => `"${file}" er alt for lang til at være en indstilling.`,
    fileTorn: (file, line, column) =>
      `"${file}", linje ${line}, kolonne ${column}: dette er hverken YAML eller JSON; ret det der.`,
    fileNoMap: (file) => `"${file}" skal have navngivne felter, som det "dosis centre config get ID" skriver.`,
    fileUnreadable: (file, code) => `"${file}" kan ikke læses (${code}); nævn en fil, der findes.`,
  },
  send: {
    noCommand: (word, known) => `dosis centre send: "${word}" er ingen ordre; skriv en af ${known}.`,
    form: (form) => `dosis centre send: skriv det som ID ${form}.`,
    outAlone: 'dosis centre send: --out hører til send-log.',
    noNumber: (text) => `dosis centre send: "${text}" er intet helt tal.`,
    statusOf:
      'dosis centre send: skriv --status ID for alt, hvad et apparat er bedt om, eller ID --status NUMMER for en af ordrerne.',
    noUnit: (id) => `dosis centre send: "${id}" er intet apparat; skriv dets id og så, hvad det bedes om.`,
  },
  log: {
    noUnit: (id) => `dosis centre log: "${id}" er intet apparat; skriv dets id.`,
    size: (received, bytes) => (received === bytes ? `${bytes} byte` : `${received} af ${bytes} byte`),
  },
  swap: {
    tells: (file, id, at, doses) => {
      const ends = ['ingen dosis', '1 dosis'][doses] ?? `${doses} doser`;
      return `"${file}" fortæller, hvad ${id} havde gjort, da det blev hørt sidst, ${at}: ${ends} var slut.`;
    },
    unknown:
      'Hvad det gjorde derefter, ved ingen: en dosis, hvis tid er åben, når det nye apparat tager over, må et menneske finde ud af.',
    perhapsAhead: (doses) =>
      `Det blev bedt om at give doser med til en rejse og har ikke fortalt, hvordan det gik. Det nye apparat giver ikke disse doser, som borgeren måske har: ${doses}. Spørg, og sørg for, at det, der mangler, bliver givet i hånden.`,
    goOn: (file) => `Gå videre med: dosis tech swap INDSKRIVNING --handover "${file}"`,
    online: (id) =>
      `${id} er forbundet lige nu. Virker dets kabel, så udskift det uden denne fil: så er der intet, ingen ved.`,
    givenUp: (device, epoch) => `Ingen venter længere på poster fra ${device} med hukommelse ${epoch}.`,
    cameIn: ({ device, epoch, stored, known }) =>
      `Fra ${device} med hukommelse ${epoch} kom ${stored === 1 ? '1 post' : `${stored} poster`} ind; ${known} var her allerede.`,
    brokenAfter: (seq) => `Efter post ${seq} er loggen ændret, eller noget er udeladt; resten er ikke taget ind.`,
    more: (through) =>
      `Der er flere: centralen har dem til og med ${through}. Læs loggen igen, eller opgiv den med --lost.`,
    nothingOwed: 'Der ventes ikke på mere.',
    pathMissing: 'dosis centre take-in: nævn den mappe, som "dosis tech swap" har gemt, eller en log.',
    lostWhose: 'Med --lost alene skal der stå, hvis den er: --unit ID --epoch NUMMER.',
    noSwap: (path) => `"${path}" hører ikke til en udskiftning, så skriv, hvis den er: --unit ID --epoch NUMMER.`,
    noSwapFolder: (path) =>
      `"${path}" er en mappe, men ikke en, som "dosis tech swap" har gemt: den har ingen hel swap.json. Nævn den mappe eller en log.`,
    noLog: (path) =>
      `Udskiftningen i "${path}" har ingen log: apparatet kunne ikke spørges. Læs den på værkstedet med "dosis tech log --out FIL", eller opgiv den med --lost.`,
    defects: {
      'not-records': 'det er ikke loggen fra et apparat',
      damaged: 'den er beskadiget',
      'cut-off': 'slutningen mangler',
      empty: 'den er tom',
    },
    unfit: (file, why, at) => `"${file}" kan ikke tages ind: ${why} (byte ${at}); læs loggen ud af apparatet igen.`,
    unreadable: (file, code) => `"${file}" kan ikke læses (${code}); nævn mappen fra udskiftningen eller en log.`,
  },
  alarm: {
    closed: (alarm, device, author) =>
      `Alarmen ${alarm} fra ${device} er lukket af ${author}. Den åbner igen, hvis et apparat melder den på ny.`,
    incomplete:
      'dosis centre close-alarm: skriv ID KODE TID DATO for en alarm om en dosis, ellers ID KODE, og i begge tilfælde --by og --reason.',
    none: (device) => `${device} har ingen alarm, som et menneske kan lukke, og ingen er blevet lukket.`,
    open: (alarm) => `åben: ${alarm}`,
    was: (alarm, at, author, reason) => `lukket: ${alarm} · ${at} af ${author} · ${reason}`,
  },
  run: {
    running: (url, broker) => `Servicecentralen viser ${url} og lytter på ${broker}. Ctrl-C stopper den.`,
    noCommand: (word) => `dosis centre har ingen ordre "${word}". Se: dosis centre --help`,
    stops: (why) => `Servicecentralen stopper, fordi ${why}`,
    databaseFailed: (why) => `dens database svigtede: ${why}`,
    brokerEnded: (how) => `dens Mosquitto sluttede (${how})`,
    noTls: (url) => `--broker er "${url}", som ikke har TLS; med --home skal der stå mqtts://VÆRT:PORT.`,
    needsHome: '--mosquitto kræver en mappe; lav en med "dosis centre init", og tilføj --home MAPPE.',
    twoBrokers: '--mosquitto og --broker nævner begge en broker; udelad den ene.',
  },
};

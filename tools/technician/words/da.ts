import type { ImageErrorCode } from '../../../protocol/image/error.ts';
import type {
  DeviceEventType,
  PowerSource,
  Presence,
  ReleaseReason,
  Settlement,
} from '../../../protocol/messages/event.ts';
import type { ServiceAct } from '../../../protocol/messages/service-acts.ts';

import type { LogDefect } from '../log-file.ts';
import type { Zone } from '../zone.ts';
import { daProblems } from './da-problems.ts';
import { daSwap } from './da-swap.ts';
import { daTag } from './da-tag.ts';
import { instantWords } from './instants.ts';

/** What the unit's image bank says besides what is wrong with an image (`BankRefusal`, firmware/update/image-bank.ts). */
type BankWord =
  | ('no-upload' | 'wrong-offset' | 'file-mismatch' | 'storage' | 'unknown-hash')
  | ('in-use' | 'already-pending' | 'failed-before' | 'older-version' | 'not-now' | 'no-loader');

/** One for each: what a newer unit may tell does not go without words here. */
type Words<K extends string> = Readonly<Record<K, string>>;

const decimal = (value: number): string => value.toLocaleString('da-DK', { maximumFractionDigits: 1 });

/** Everything that `dosis tech` says, in Danish. */
export const da = {
  ...daProblems,
  ...daSwap,
  ...daTag,
  language: 'da' as 'da' | 'en',
  list: (names: readonly string[]) =>
    names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} og ${names.at(-1)}`,

  ...instantWords('da-DK'),
  times: ({ name, of }: Zone): string =>
    `Klokkeslættene er ${of === 'unit' ? 'apparatets' : 'denne computers'} (${name}).`,

  waitsStill: (seconds: number, most: number) => `Venter stadig (${seconds} s af højst ${most} s) …`,

  ports: {
    heading: 'Der er flere kabler:',
    question: (count: number) => `Hvilket går til apparatet (1–${count})? `,
  },
  yesNo: { hint: 'j/n', yes: /^j(a)?$/i, no: /^n(ej)?$/i, again: 'Svar j for ja eller n for nej.' },

  roles: { technician: 'tekniker', filler: 'påfylder', reader: 'læser' },
  phases: {
    running: 'kører',
    lockedDown: 'lukket ned',
    unprovisioned: 'ikke sat op',
    recovery: 'uden program',
    replaced: 'afløst af et andet apparat, låst for altid',
  },

  session: {
    unknown: 'grunden er ukendt.',
    noHello: 'forsøget var forældet; kør kommandoen igen.',
    tooSoon: 'der er for kort tid siden et forkert forsøg; vent, og prøv igen.',
    passNotBelieved: 'det er ikke fra den servicecentral, som apparatet hører til.',
    passExpired: 'det er udløbet; få et nyt af servicecentralen.',
    passNotYetValid: 'det gælder ikke endnu efter apparatets ur.',
    passForAnotherDevice: 'det gælder ikke dette apparat.',
    wrongProof: 'nøglen passer ikke til det.',
  },

  info: {
    device: 'Apparat',
    nobody: 'intet navn endnu',
    firmware: 'Program',
    class: 'Art',
    unknownClass: (uuid: string) => `ukendt (${uuid})`,
    starts: 'Start',
    startNumber: (count: number) => `nr. ${count}`,
    config: 'Indstilling',
    noConfig: 'ingen endnu',
    version: (version: number, hash: string) => `version ${version}, ${hash}`,
    service: 'Servicenummer',
    faults: 'Fejl',
    noFaults: 'ingen',
    moreOnFault: (number: number) => `Se hvad du gør: dosis tech fault ${number}`,
    images: 'Plads',
    imagesHidden: 'vises med et teknikerpas (--pass)',
    slot: (slot: number) => `Plads ${slot}`,
    slotStates: {
      active: 'kører',
      confirmed: 'bekræftet',
      trial: 'på prøve',
      pending: 'prøves ved næste genstart',
      waiting: 'ligger klar',
      unbootable: 'kan ikke starte',
    },
    access: 'Adgang',
    noAccess: 'uden pas',
    accessOf: (pass: string, role: string, idleMin: number, leftMin: number) =>
      `${pass}, ${role}; i ${idleMin} min uden brug, højst ${leftMin} min`,
  },

  fault: {
    none: 'Apparatet melder ingen fejl.',
    replaced:
      'Et andet apparat har taget dets plads. Det er låst for altid og giver ikke mere medicin: sluk det, og tag det med.',
    nobodys:
      'Apparatet hører ikke til nogen borger endnu og giver ingen medicin. Det næste er at sætte det op med indskrivningen fra servicecentralen: dosis tech provision FIL',
    unplanned:
      'Apparatet har ingen plan endnu og giver ingen medicin. Servicecentralen sender den med "dosis centre config set"; her gør det "dosis tech config set FIL".',
    lockedNow: (number: number, title: string) =>
      `Apparatet er nu låst og giver ingen medicin: ${title} (fejl ${number}).`,
    settleWith: (dose: string) => `Når du ved det: dosis tech fault --settle ${dose} taken (eller missed)`,
    repairedWith: 'Når fejlen er rettet: dosis tech fault --repaired',
    heading: (number: number, title: string) => `Fejl ${number}: ${title}`,
    priority: 'Haster',
    medicine: 'Medicin',
    sees: 'Borgeren ser',
    hears: 'Borgeren hører',
    quote: (text: string) => `»${text}«`,
    doThis: 'Gør sådan',
    nothingToMend: 'Intet at reparere.',
    part: 'Del',
    ends: 'Det er slut',
    serviceNumber: '[servicenummer]',
    deviceName: '[apparatets navn]',
    reports: (faults: string) => `Det melder: ${faults}. Se hvad du gør: dosis tech fault`,
    repaired: 'Apparatet er meldt repareret; det undersøger nu mekanikken, før noget bevæger sig.',
    stillThere: (faults: string) => `Det melder stadig: ${faults}. Se hvad du gør: dosis tech fault`,
    allWell: 'Det melder ingen fejl mere.',
  },

  provision: {
    asDevice: (device: string) => `som ${device}`,
    restarting: (device: string) => `Apparatet starter som ${device} …`,
    done: (device: string) => `Apparatet er nu ${device}.`,
    next: (device: string, file: string) => [
      'Det næste:',
      `  1. Slet "${file}": den indeholder apparatets private nøgle.`,
      `  2. Få en indstilling: dosis centre config set ${device} FIL, eller her: dosis tech config set FIL`,
      '  3. Sæt rullerne i, og prøv delene: dosis tech selftest',
    ],
  },

  flash: {
    transferred: (bytes: number, seconds: number, rate: number) =>
      `Overført: ${bytes.toLocaleString('da-DK')} byte på ${decimal(seconds)} s (${decimal(rate / 1024)} kB/s).`,
    cableOut: 'Kablet er ude; sæt det i igen, så går overførslen videre …',
    noAnswer: 'Apparatet svarer ikke; overførslen går videre, så snart det gør …',
    cableIn: 'Apparatet svarer igen.',
    restarting: (version: string) => `Apparatet genstarter for at prøve ${version} …`,
    withVersion: (version: string) => `med ${version}`,
    onTrial: (version: string) => `${version} kører på prøve; apparatet prøver sig selv …`,
    confirmed: (version: string) => `${version} kører og er bekræftet.`,
    sameVersion: (version: string) =>
      `${version} kører allerede; denne fil siger også ${version}, men er en anden. Den lægges ind på prøve.`,
    sameQuestion: 'Skal den lægges ind?',
    already: (version: string) => `${version} kører allerede og er bekræftet; der er intet at gøre.`,
    waiting: (doses: string) =>
      `Apparatet venter på borgerens dosis${doses === '' ? '' : ` (${doses})`}; genstarten kommer bagefter …`,
    doubt: (dose: string) => `${dose} er uafklaret`,
    window: (slot: string, at: string, until: string) => `${slot} kl. ${at}, åben til ${until}`,
  },

  image: {
    noProgram: 'der er ikke et program i den, som et apparat kan starte; byg den med "dosis image build".',
    unknown: (name: string) => `den oplyste grund er ${name}.`,
    refusals: {
      'too-large': 'det er større, end et apparat kan rumme; byg det igen.',
      truncated: 'slutningen mangler; hent filen igen.',
      'bad-magic': 'det er ikke et program til et apparat; vælg en fil, som "dosis image build" har lavet.',
      malformed: 'det er beskadiget; hent filen igen.',
      trailing: 'der står mere i filen, end der skal; hent den igen.',
      unsupported: 'det beder om noget, som apparatet ikke kan; byg det med "dosis image build".',
      incomplete: 'underskrift, nøgle eller art mangler; byg det med "dosis image build", og underskriv det.',
      'hash-mismatch': 'indholdet er ændret undervejs; hent filen igen.',
      'wrong-key': 'det er underskrevet med en nøgle, som apparatet ikke kender; tag det, der er til dette apparat.',
      'bad-signature': 'underskriften er falsk; brug det ikke, og giv servicecentralen besked.',
      'wrong-class': 'det er til en anden slags apparat; tag det, der er til dette.',
      'rolled-back': 'det er for gammelt: apparatet har haft et nyere og går ikke tilbage; tag et nyere.',
      'no-upload': 'overførslen gik tabt i apparatet; kør kommandoen igen.',
      'wrong-offset': 'overførslen kom ud af takt; kør kommandoen igen.',
      'file-mismatch': 'det, der kom frem, er ikke det, der blev sendt; kør kommandoen igen.',
      storage: 'apparatet kunne ikke gemme det; se "dosis tech fault".',
      'unknown-hash': 'apparatet har det ikke mere; kør kommandoen igen.',
      'in-use': 'pladsen er i brug; se "dosis tech info".',
      'already-pending':
        'et andet program er allerede på prøve; bekræft det med "dosis tech flash --confirm", eller genstart apparatet.',
      'failed-before': 'det har været prøvet her og bestod ikke; tag et andet.',
      'older-version': 'det er ældre end det, der kører; et skridt tilbage laves som en ny version.',
      'not-now': 'en dosis står for; prøv senere.',
      'no-loader':
        'det er startet uden det program, der lægger nye programmer ind; start det gennem det (se firmware/update).',
    } satisfies Words<ImageErrorCode | BankWord>,
  },

  selftest: {
    trying: (part: string) => `${part} …`,
    tested: 'Prøvet',
    questions: {
      lamp: 'Lyser lampen?',
      sounder: 'Kan du høre lyden?',
      speech: 'Kan du høre og forstå stemmen?',
      button: 'Tryk på knappen: går den let ned og op igen?',
      lock: 'Hører og mærker du, at låsen går i?',
    },
    openDoor: 'Åbn lågen med nøglen. Er den åben nu?',
    anyQuestion: (part: string) => `Gør delen »${part}«, hvad den skal?`,
    passed: { unit: 'i orden', person: 'i orden, siger du' },
    failed: { unit: 'ikke i orden', person: 'ikke i orden, siger du' },
    refused: 'ikke prøvet',
    untold: 'ikke set af nogen',
    found: {
      'no-mains': 'der er ingen strøm fra stikkontakten',
      offline: 'der er ingen forbindelse til servicecentralen',
      'clock-lost': 'uret har glemt tiden',
      'not-running': 'apparatet er lukket ned',
      'never-inspected': 'mekanikken er aldrig undersøgt; luk lågen, og prøv igen',
      'not-permitted': 'åbn lågen med nøglen, og prøv igen',
      unsupported: 'apparatet har ikke denne del',
    },
    seeFault: (title: string, number: number) => `${title} (dosis tech fault ${number})`,
    allWell: 'Alt er i orden.',
    written: (file: string) => `Rapporten ligger i "${file}", underskrevet med dit pas.`,
  },

  report: {
    signedBy: (pass: string, role: string) => `Underskrevet med pas ${pass} (${role}) og uændret siden.`,
    centreChecked: 'Passet er fra servicecentralen.',
    centreUnchecked: 'Hvilken servicecentral passet er fra, er ikke efterprøvet; det bliver det med --home.',
    notByPass: 'den er ændret, eller den er ikke underskrevet med det pas, som den nævner.',
    strangePass: 'passet er ikke fra den servicecentral.',
    passOver: 'passet gjaldt ikke, da den blev lavet.',
  },

  shell: {
    looking: 'Ser efter apparatet …',
    session: (pass: string, role: string, minutes: number) => `${pass}, ${role}, ${minutes} min tilbage`,
    counters: 'Tællere',
    counterNames: {
      doses: 'doser',
      stock: 'poser',
      link: 'central',
      alarms: 'alarmer',
      cable: 'kabel',
      taken: 'taget',
      missed: 'ikke taget',
      planned: 'planlagt',
      due: 'fremme',
      presented: 'i skålen',
      retracted: 'trukket ind',
      withheld: 'holdt tilbage',
      released: 'udleveret, ikke set taget',
      takenOut: 'taget med',
      uncertain: 'uafklaret',
      bin: 'i beholderen',
      records: 'poster',
      waiting: 'venter',
      sent: 'sendt',
      strayAcks: 'uventede kvitteringer',
      A: 'rulle A',
      B: 'rulle B',
      standing: 'står',
      requests: 'spørgsmål',
      refused: 'afvist',
    } as Readonly<Record<string, string>>,
    records: 'Seneste poster',
    noRecords: 'ingen, som ikke er sendt til servicecentralen',
    more: (count: number) => `… og ${count} til: dosis tech fault`,
    keys: 'r opdater   q afslut',
    seen: (clock: string, zone: string) => `set ${clock}, ${zone}`,
    lost: 'Apparatet svarer ikke; ser efter det igen …',
  },

  config: {
    nothing: '(intet)',
    same: 'De siger det samme.',
    applied: (version: number, hash: string) => `Version ${version} gælder nu (${hash}).`,
    rejected: (version: number) =>
      version === 0 ? 'Indstillingen er afvist.' : `Indstillingen, version ${version}, er afvist.`,
    deferred: (version: number) =>
      `Indstillingen, version ${version}, venter; apparatet tager den selv i brug, så snart det kan. Genstarter det forinden, så send den igen.`,
    still: (version: number) => `Version ${version} gælder stadig.`,
    stillNone: 'Apparatet har stadig ingen indstilling.',
  },

  progress: {
    perSecond: (bytes: number) => `${decimal(bytes / 1024)} kB/s`,
    left: (seconds: number) =>
      seconds < 90 ? `${Math.ceil(seconds)} s tilbage` : `${Math.ceil(seconds / 60)} min tilbage`,
  },

  trace: {
    fetched: (file: string, bytes: number, seconds: number) =>
      `Optagelsen ligger i "${file}" (${bytes.toLocaleString('da-DK')} byte, hentet på ${decimal(seconds)} s).`,
    replay: (command: string) => `Afspil den i simulatoren: ${command}`,
  },

  ledger: {
    fetched: (file: string, bytes: number, seconds: number) =>
      `Kopien ligger i "${file}" (${bytes.toLocaleString('da-DK')} byte, hentet på ${decimal(seconds)} s); sqlite3 kan åbne den.`,
    confidential: 'Den rummer også, hvad borgeren har fået at vide: giv den kun til den, der skal finde fejlen.',
  },

  log: {
    kept: (file: string) => `Loggen ligger i "${file}"; læs den igen med: dosis tech log "${file}"`,
    whole: (count: number) => `${count} ${count === 1 ? 'post' : 'poster'}; intet er ændret eller fjernet.`,
    unreadable: 'Post, som dette program ikke kan læse',
    suspect: '(uret usikkert)',
    defects: {
      'not-records': 'der står noget andet end poster',
      damaged: 'den er beskadiget',
      'cut-off': 'den holder op midt i en post',
    } satisfies Words<LogDefect>,
    withKey: 'med nøgle',
    forced: 'uden nøgle',
    withoutPass: 'uden pas',
    withoutClock: 'uden ur',
    refusedAct: (act: string) => `afvist: ${act}`,
    cutOffAct: (act: string) => `afbrudt, måske ikke udført: ${act}`,
    times: (count: number) => `mindst ${count} gange inden for en time`,
    sachets: (count: number) => `${count} ${count === 1 ? 'pose' : 'poser'}`,
    events: {
      'dose.released': 'Dosis frigivet',
      'dose.presented': 'Dosis klar i skålen',
      'dose.taken': 'Dosis taget',
      'dose.missed': 'Dosis ikke taget',
      'dose.retracted': 'Dosis trukket ind igen',
      'dose.withheld': 'Dosis holdt tilbage',
      'dose.takenOut': 'Dosis taget ud på forhånd',
      'dose.given': 'Dosis udleveret, ikke set taget',
      'dose.uncertain': 'Dosis uafklaret',
      'dose.settled': 'Uafklaret dosis afgjort',
      'sachet.swallowed': 'Pose lagt i låst beholder',
      'alarm.raised': 'Alarm',
      'alarm.cleared': 'Alarm slut',
      'presence.changed': 'Borgeren er',
      'stock.loaded': 'Rulle sat i',
      'bin.emptied': 'Låst beholder tømt',
      'door.opened': 'Låge åbnet',
      'door.closed': 'Låge lukket',
      'device.started': 'Apparat startet',
      'clock.suspected': 'Uret er usikkert',
      'clock.trusted': 'Uret passer igen',
      'power.changed': 'Strøm',
      'config.applied': 'Indstilling taget i brug',
      'config.refused': 'Indstilling afvist',
      'command.obeyed': 'Ordre fra centralen udført',
      'command.refused': 'Ordre fra centralen afvist',
      'reminder.heard': 'Brikkens knap trykket: påmindelsen er hørt',
      'reminder.unreached': 'Brikken blev ikke nået',
      'update.ended': 'Programopdatering',
      'unit.handedOver': 'Afløst af et andet apparat',
      'unit.tookOver': 'Har afløst et andet apparat',
      'service.done': 'Kabel',
      'service.refused': 'Kabel',
    } satisfies Words<DeviceEventType>,
    reasons: {
      'not-taken': 'blev ikke hentet',
      blocked: 'apparatet var spærret',
      'no-stock': 'der var ingen pose',
      'min-interval': 'for tæt på den forrige',
      away: 'borgeren var ude',
      paused: 'sat på pause',
      'power-off': 'apparatet var uden strøm',
      jam: 'en pose sad fast',
      'no-evidence': 'følerne kunne ikke afgøre det',
      'left-in-cup': 'blev liggende i skålen',
      'regimen-changed': 'planen blev ændret',
      partial: 'kun en del kom ud',
    } satisfies Words<ReleaseReason>,
    fates: { taken: 'taget', missed: 'ikke taget' } satisfies Words<Settlement>,
    presences: { home: 'hjemme', away: 'ude', paused: 'på pause' } satisfies Words<Presence>,
    power: { mains: 'fra stikkontakten', battery: 'fra batteriet' } satisfies Words<PowerSource>,
    acts: {
      'session-opened': 'adgang åbnet',
      'session-refused': 'adgang afvist',
      'session-ended': 'adgang lukket',
      'file-copied': 'fil hentet',
      restart: 'genstart',
      'clock-set': 'ur stillet',
      'image-begun': 'program på vej ind',
      'image-complete': 'program modtaget',
      'image-test': 'program meldt til prøve',
      'image-confirm': 'program bekræftet',
      'image-erase': 'program slettet',
      'config-offered': 'indstilling tilbudt',
      provision: 'sat op',
      erase: 'nulstillet',
      'self-test': 'selvtest',
      repaired: 'meldt repareret',
      settle: 'dosis afgjort',
      load: 'rulle meldt isat',
      'bin-emptied': 'beholder meldt tømt',
      'hand-over': 'afløst',
      'take-over': 'afløser et andet',
      'tag-pair': 'lommebrik sat op',
      'tag-forget': 'lommebrik glemt',
    } satisfies Words<ServiceAct>,
  },
};

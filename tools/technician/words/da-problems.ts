import { fullDisk } from '../../program/unwritable.ts';
import { daOtherFile } from './da-files.ts';
import { instantWords } from './instants.ts';

const { moment } = instantWords('da-DK');

/** What cannot be used, what did not succeed, and how the unit is left: in Danish. */
export const daProblems = {
  /** What was given cannot be used. */
  mistakes: {
    noPort: () => 'Der er intet kabel til et apparat i denne computer; sæt det i, eller skriv porten med --port.',
    severalPorts: (paths: readonly string[]) =>
      `Der er flere kabler (${paths.join(', ')}); skriv med --port, hvilket af dem der går til apparatet.`,
    portMissing: (path: string) => `Porten ${path} findes ikke; sæt kablet i, eller skriv en anden port med --port.`,
    portForbidden: (path: string) =>
      `Du har ikke lov til at bruge porten ${path}; bed om at komme i gruppen dialout (sudo usermod -aG dialout $USER), og log ind igen.`,
    portBusy: (path: string) => `Porten ${path} bruges af et andet program; luk det, og prøv igen.`,
    portIsNone: (path: string) =>
      `${path} er ingen seriel port, men noget andet; skriv en seriel port med --port, fx /dev/ttyUSB0.`,
    portUnusable: (path: string, reason: string) =>
      `${path} kan ikke bruges som port (${reason}); skriv en seriel port med --port.`,
    portSilent: (path: string) =>
      `Der er intet svar fra ${path}; se efter, at apparatet har strøm, og at kablet sidder rigtigt i begge ender.`,
    notAUnit: (path: string) =>
      `Det, der svarer på ${path}, er ikke et apparat; se efter, at porten er den rigtige, og at hastigheden passer (--baud).`,
    unitEmpty: () => 'Apparatet er ikke sat op endnu; gør det først med "dosis tech provision".',
    passNeeded: () =>
      'Dette kræver et teknikerpas; skriv filen med --pass eller i DOSIS_PASS. Servicecentralen laver den med "dosis centre pass".',
    fileUnreadable: (file: string, code: string) => `"${file}" kan ikke læses (${code}); skriv en fil, der findes.`,
    fileTooLarge: (file: string) => `"${file}" er alt for stor til at være den rette fil; vælg en anden.`,
    fileUnwritable: (file: string, code: string) =>
      fullDisk.has(code)
        ? `"${file}" kan ikke skrives, for dens disk er fuld (${code}); skaf plads på den, og prøv igen.`
        : `"${file}" kan ikke skrives (${code}); vælg et andet sted, hvor du må skrive.`,
    fileExists: (file: string) => `"${file}" findes allerede og bliver ikke overskrevet; vælg et andet navn.`,
    otherFile: daOtherFile,
    notAPass: (file: string) => `"${file}" er ikke et teknikerpas; brug filen, som "dosis centre pass" skrev.`,
    passWithoutKey: (file: string) =>
      `"${file}" mangler passets private nøgle; brug hele filen, som "dosis centre pass" skrev.`,
    passWrongKey: (file: string) =>
      `Nøglen i "${file}" hører til et andet pas; brug filen, som "dosis centre pass" skrev.`,
    passExpired: (id: string, expiresAt: number, nowS: number) =>
      `Passet ${id} udløb ${moment(expiresAt)} (denne computer mener, det er ${moment(nowS)}); få et nyt af servicecentralen.`,
    passElsewhere: (id: string, device: string, devices: readonly string[]) =>
      `Passet ${id} gælder kun ${devices.join(', ')}, og dette er ${device}; få et pas til det af servicecentralen.`,
    unknownFault: (number: string) =>
      `Der er ingen fejl med nummer ${number}; læs det igen på skærmen, eller se listen med "dosis tech fault --all".`,
    notAnEnrolment: (file: string, why: string) =>
      `"${file}" er ikke en indskrivning, som "dosis centre enrol" laver. ${why}`,
    enrolmentMismatch: (file: string) =>
      `I "${file}" passer navn, nøgle og certifikater ikke sammen; lad servicecentralen lave en ny indskrivning.`,
    enrolmentExpired: (file: string, expiresAt: number, nowS: number) =>
      `Indskrivningen i "${file}" udløb ${moment(expiresAt)} (denne computer mener, det er ${moment(nowS)}); lav en ny med "dosis centre renew".`,
    enrolmentClass: (file: string, meant: string, kind: string) =>
      `Indskrivningen i "${file}" er til et apparat af arten ${meant}, og dette er ${kind}; tag det rigtige apparat, eller få en ny indskrivning.`,
    alreadySomebody: (device: string) =>
      `Apparatet er allerede ${device} og bliver ikke til et andet; er det det forkerte apparat, så tag det rigtige.`,
    notEmpty: () =>
      'Apparatet er lukket ned og ved ikke, hvem det er; det kan kun blive til et andet, når dets hukommelse er tom. Ring til servicecentralen.',
    configUnsigned: (file: string) =>
      `"${file}" er ikke underskrevet; kun servicecentralen kan underskrive. Få filen fra "dosis centre config get ID --signed".`,
    configUnreadable: (file: string, why: string) => `"${file}" er ikke en underskrevet indstilling. ${why}`,
    configElsewhere: (file: string, meant: string, device: string) =>
      `Indstillingen i "${file}" er til ${meant}, og dette er ${device}; få den rigtige fra servicecentralen.`,
    notYaml: (file: string, line: number, column: number) =>
      `"${file}", linje ${line}, tegn ${column}: dette er hverken YAML eller JSON; ret det dér.`,
    notAMap: (file: string) => `"${file}" er ikke en indstilling, som "dosis tech config get" skriver den.`,
    needsYes: () =>
      'Her er ingen at spørge; kør kommandoen i en terminal, eller skriv --yes, når alt er klar til det, den spørger om.',
    swapOther: (device: string, found: string) =>
      `Indskrivningen er til ${device}, og apparatet, der skal afløses, er ${found}; sæt kablet i det rigtige, eller få en anden indskrivning.`,
    swapSame: (device: string) =>
      `Begge porte går til det samme apparat, ${device}; sæt det andet kabel i det nye apparat.`,
    swapFolderOther: (folder: string, device: string) =>
      `I "${folder}" ligger udskiftningen af et andet apparat end ${device}; skriv en anden mappe med --folder.`,
    swapFolderUsed: (folder: string) =>
      `I "${folder}" ligger en udskiftning med en anden indskrivning; nævn en anden mappe med --folder. Det apparat, der overtog dengang, er nu det gamle.`,
    swapFolderBroken: (folder: string) =>
      `Det, der ligger i "${folder}", kan ikke læses; sæt det gamle apparat i igen, og skriv en anden mappe med --folder.`,
    planHasBase: (file: string, base: string, device: string) =>
      `Planen i "${file}" er til et apparat, der allerede har ${base}; et nyt har ingen. Få den med "dosis centre config get ${device} --signed FIL --new-unit".`,
    planOutdated: (file: string, issuedAt: number, device: string) =>
      `Planen i "${file}" er fra ${moment(issuedAt)}, længe før indskrivningen; få den gældende med "dosis centre config get ${device} --signed FIL --new-unit".`,
    planOlder: (version: number, inForce: number) =>
      `Planen er version ${version}, og det gamle apparat har version ${inForce}; få den nyeste fra servicecentralen.`,
    notAHandover: (file: string) => `"${file}" er ikke en overdragelse; brug filen, som "dosis centre handover" skrev.`,
    handoverElsewhere: (file: string, meant: string, device: string) =>
      `Overdragelsen i "${file}" er til ${meant}, og indskrivningen er til ${device}; få den rigtige fra servicecentralen.`,
    firstEnrolment: (file: string, device: string) =>
      `"${file}" er indskrivningen af et første apparat; til det, der skal overtage, hentes en ny med "dosis centre renew ${device}".`,
    handoverOfUnit: (file: string) =>
      `"${file}" er et apparats egen overdragelse; gå videre med den udskiftning, den hører til, uden --handover.`,
    cableNotMoved: (path: string) =>
      `På ${path} svarer der ikke et nyt apparat; flyt kablet, og kør samme kommando igen.`,
    doseMisread: (text: string) =>
      `"${text}" er ikke en dosis; skriv den som morgen/2026-11-21, med navnet fra planen.`,
    settleWords: () => 'Skriv, hvad der blev af dosen: taget eller "ikke taget" (taken eller missed).',
    fillWhat: () =>
      'Skriv, hvad der er sat i: --roll A med --from DATO --days N eller --file FIL, eller --bin-emptied.',
    notARoll: (file: string) =>
      `"${file}" er ikke en rulle: en liste, forfra, af [plads, dato], true for en pose uden mærke og null for en tom.`,
    rollTooLong: (count: number, most: number) =>
      `Rullen ville få ${count} poser, og der er plads til ${most}; skriv færre dage med --days.`,
    rollWithoutDoses: (roll: string) =>
      `Planen har ingen doser i de dage til rulle ${roll}; ret --roll, --from eller --days.`,
    imageDefect: (file: string, defect: string) => `"${file}" kan ikke bruges: ${defect}`,
    noImage: () => 'Skriv, hvilket program der skal overføres, eller bekræft det, der kører, med --confirm.',
    imageClass: (file: string, built: string, kind: string) =>
      `"${file}" er til apparater af arten ${built}, og dette er ${kind}; tag den, der er til det.`,
    imageArch: (file: string, built: string, machine: string) =>
      `"${file}" er bygget til ${built}, og dette apparat er ${machine}; tag den, der er bygget til det.`,
    unknownPart: (part: string, parts: readonly string[]) =>
      `Apparatet har ingen del, der hedder ${part}; det kan prøve ${parts.join(', ')}.`,
    tagMisread: (text: string): string =>
      `“${text}” er ingen adresse på en brik; skriv seks par hextegn som FF:FF:10:3A:5B:0C, eller udelad --tag: så finder apparatet den nærmeste og viser adresserne på dem, det ser.`,
    notATerminal: () => 'Dette kræver en terminal; kør det uden at sende det videre til en fil eller et andet program.',
    sinceMisread: (text: string) =>
      `--since er "${text}"; skriv et tidspunkt som 2026-11-21T08:00, eller hvor længe siden, som 2h eller 7d.`,
    notAReport: (file: string, why: string) => `"${file}" er ikke en rapport over en selvtest. ${why}`,
    notALog: (file: string, problem: string, at: number) =>
      `"${file}" er ikke en log fra et apparat: ${problem} ved byte ${at}. Hent den igen.`,
  },

  /** It was right to ask, and it did not succeed. */
  failures: {
    cableLost: () => 'Forbindelsen blev afbrudt: kablet er ude, eller apparatet er slukket.',
    silent: () => 'Apparatet svarer ikke mere; se efter, at det har strøm, og at kablet sidder rigtigt.',
    strange: (problem: string) =>
      `Apparatet svarede noget, som dette program ikke forstår (${problem}); det er måske nyere end programmet.`,
    noFirmware: () =>
      'Apparatet har intet program, der kører, og kan derfor ikke gøre det; læg et ind med "dosis tech flash".',
    pause: (seconds: number) =>
      `Efter forkerte forsøg venter apparatet endnu ${seconds} s, før det ser på et pas; prøv igen derefter.`,
    refused: (name: string) => `Apparatet afviste det (${name}).`,
    denied: (role: string | null) =>
      role === null
        ? 'Apparatet tillader det ikke uden pas.'
        : `Dit pas (${role}) giver ikke lov til det; få et pas som tekniker af servicecentralen.`,
    sessionOver: () => 'Adgangen er udløbet; kør kommandoen igen.',
    busy: (why: string) => `Apparatet gjorde det ikke: ${why}`,
    passRefused: (why: string) => `Apparatet tager ikke imod passet: ${why}`,
    storage: () => 'Apparatet kan ikke gemme; se "dosis tech fault".',
    notBack: (what: string, seconds: number) =>
      `Apparatet er ikke kommet igen ${what} efter ${seconds} s; vent lidt, og se efter med "dosis tech info", eller giv det længere tid med --patience.`,
    fileChanged: (name: string) => `Kopien af ${name} kom ikke rigtigt over; kør kommandoen igen.`,
    noFile: (name: string) => `Apparatet har ingen ${name} at hente.`,
    imageRefused: (why: string) => `Apparatet tager ikke imod programmet: ${why}`,
    notNow: (doses: string) =>
      `Apparatet genstarter ikke nu, for det ville komme imellem borgeren og en dosis${doses === '' ? '' : ` (${doses})`}; prøv senere, eller vent med --wait.`,
    reverted: (version: string) =>
      `Det nye program bestod ikke sin prøve; apparatet gik selv tilbage til ${version} og kører som før. Se "dosis tech log".`,
    unconfirmed: (version: string) =>
      `${version} kører på prøve og er ikke bekræftet endnu; uden bekræftelse går apparatet tilbage ved næste start. Se efter med "dosis tech info", eller bekræft med "dosis tech flash --confirm".`,
    partStuck: (part: string, seconds: number) =>
      `Apparatet er ikke færdigt med at prøve ${part} efter ${seconds} s; genstart det, og prøv igen.`,
    notPaired: (why: string): string => `Ingen lommebrik blev sat op: ${why}`,
    noBluetooth: (): string => 'Apparatet har ingen Bluetooth og kan ikke have en lommebrik.',
    pairingStuck: (seconds: number): string =>
      `Apparatet leder stadig efter ${seconds} s; se med “dosis tech tag show”.`,
    nothingToRepair: () => 'Apparatet melder ingen fejl; der er intet at melde repareret.',
    testsFailed: (bad: readonly string[], untried: readonly string[]) =>
      [
        ...(bad.length === 0 ? [] : [`Ikke i orden: ${bad.join(', ')}.`]),
        ...(untried.length === 0 ? [] : [`Ikke prøvet: ${untried.join(', ')}.`]),
      ].join(' '),
    nothingInForce: () => 'Apparatet har ingen indstilling endnu; få en fra servicecentralen.',
    donorDown: () =>
      'Det gamle apparat er lukket ned og kan ikke overdrage noget; få en overdragelse af servicecentralen ("dosis centre handover"), og brug den med --handover.',
    swapDoubts: (doses: string, key: string) =>
      `Ingen ved, hvad der blev af ${doses}; find ud af det først, og skriv: dosis tech fault --settle ${key} taken (eller missed).`,
    swapDoseOpen: () =>
      'En dosis er på vej ud, eller den ligger i koppen; lad borgeren tage den, og kør samme kommando igen.',
    swapDeclined: () => 'Du har svaret nej.',
    logShort: (has: number, lastSeq: number) =>
      `Loggen fra det gamle apparat går kun til post ${has} af ${lastSeq}; kør samme kommando igen.`,
    replacementDown: () => 'Det nye apparat er lukket ned; se "dosis tech fault", eller tag et andet.',
    replacementUsed: () =>
      'Det nye apparat har haft medicin eller mangler sin plan, så det kan ikke overtage andres doser; tag et nyt.',
    replacementGone: (device: string) =>
      `Apparatet, der skal komme, er et gammelt ${device}, som er låst for altid; tag et nyt.`,
    otherHeir: (device: string) =>
      `Et andet apparat er allerede begyndt at overtage ${device}, og to må aldrig få det samme at vide; sæt kablet i det. Er det også gået i stykker, er det nu det gamle: få en ny indskrivning af servicecentralen.`,
    otherEnrolment: (device: string) =>
      `Det, der er fortalt om det gamle ${device}, er til apparatet med en anden indskrivning, og to må aldrig få det samme at vide; brug den indskrivning. Er den væk, så få en ny med "dosis centre renew ${device}" og derefter det, som centralen ved, med "dosis centre handover ${device}", og kør kommandoen med --handover FIL og en ny --folder.`,
    notItsSuccessor: (device: string) =>
      `Indskrivningen er ikke til et apparat, der kommer efter dette ${device}; hent en ny med "dosis centre renew ${device}". Intet er ændret.`,
    handoverStrange: (device: string) =>
      `Det nye apparat tror ikke på det, der er fortalt om det gamle ${device}: hverken det eller denne servicecentral har skrevet under. Hent indskrivning og overdragelse fra samme servicecentral.`,
    clockUnknown: () => 'Apparatet ved ikke, hvad klokken er; ret computerens ur, og kør samme kommando igen.',
    replacementTaken: () => 'Det nye apparat har allerede overtaget fra et andet; tag et nyt.',
    handoverOld: (device: string) =>
      `Det gamle apparat er taget ud for mere end 14 dage siden; få, hvad servicecentralen ved, med "dosis centre handover ${device}", og kør kommandoen med --handover FIL og en ny --folder.`,
    noPlan: (device: string, seconds: number) =>
      `Det nye apparat har ikke fået sin plan${seconds === 0 ? '' : ` efter ${seconds} s`}; få den med "dosis centre config get ${device} --signed FIL --new-unit", og kør samme kommando med --plan FIL.`,
    planRefused: (why: string) => `Det nye apparat tager ikke imod planen: ${why}`,
    doorShut: (roll: string) =>
      `Rulle ${roll} er ikke meldt isat: lågen er ikke åbnet med nøglen. Åbn den, og kør samme kommando igen.`,
    notFilled: () =>
      'Apparatet tager ikke imod det; lågen skal være åbnet med nøglen, og intet må bevæge sig. Åbn den, og prøv igen.',
    notDoubted: (dose: string, doubted: string) =>
      `Apparatet er ikke i tvivl om ${dose}; ${doubted === '' ? 'der er intet at afgøre. Se "dosis tech fault".' : `det er i tvivl om ${doubted}.`}`,
    logBroken: (seq: number) =>
      `Loggen er ikke hel: efter post ${seq} er noget ændret eller fjernet. Gem den med --out, og giv den til servicecentralen.`,
    journalUnreadable: () =>
      'Listen over, hvem der har gjort hvad over kablet, kan ikke læses; apparatet begynder en ny ved næste handling.',
    badReport: (why: string) => `Rapporten kan ikke stå til troende: ${why}`,
  },

  /** How the unit is left when the work ends here. */
  standing: {
    untouched: 'Apparatet er ikke ændret.',
    interrupted: 'Afbrudt.',
    provisioning: (device: string) => `Apparatet kan være ved at starte som ${device}; se efter med "dosis tech info".`,
    configuring: 'Indstillingen er enten helt i brug eller slet ikke; se efter med "dosis tech info".',
    unaffected: 'Apparatet kører uændret videre.',
    uploading: (percent: number) =>
      `Apparatet kører uændret videre; ${percent} % af det nye program er overført. Samme kommando går videre derfra.`,
    uploaded: 'Apparatet kører uændret videre; det nye program ligger klar. Samme kommando går videre derfra.',
    armed:
      'Det nye program er meldt til prøve, og det gamle kører, til apparatet genstarter; samme kommando går videre derfra.',
    settled: (version: string) => `Apparatet kører ${version}.`,
    restarting:
      'Apparatet er ved at starte det nye program på prøve; består det ikke, går det selv tilbage. Se efter med "dosis tech info".',
    downloading: (percent: number, file: string) =>
      `Apparatet er ikke ændret; ${percent} % ligger i "${file}". Samme kommando går videre derfra.`,
    bothUntouched: 'Ingen af apparaterne er ændret.',
    swapLocking:
      'Det gamle apparat er måske låst for altid; borgeren får ingen medicin fra det. Samme kommando går videre derfra.',
    swapLocked: (folder: string) =>
      `Det gamle apparat er låst for altid, og det nye er ikke klar: borgeren får ingen medicin af dem imens. Alt ligger i "${folder}"; samme kommando går videre derfra.`,
    swapBegun: (folder: string) =>
      `Det nye apparat er begyndt at overtage. Alt ligger i "${folder}"; samme kommando går videre derfra.`,
    swapDead: (folder: string) =>
      `Det nye apparat er ikke klar: borgeren får ingen medicin af det imens. Alt ligger i "${folder}"; samme kommando går videre derfra.`,
    swapTaken:
      'Det nye apparat har overtaget navn, plan og doser, men har måske ikke alle ruller; samme kommando går videre derfra.',
    testing: 'Apparatet er ikke ændret; der er ikke skrevet nogen rapport.',
  },
};

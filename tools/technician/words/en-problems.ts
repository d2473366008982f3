import { fullDisk } from '../../program/unwritable.ts';
import type { TechWords } from '../words.ts';
import { enOtherFile } from './en-files.ts';
import { instantWords } from './instants.ts';

const { moment } = instantWords('en-GB');

/** What cannot be used, what did not succeed, and how the unit is left: in English. */
export const enProblems: Pick<TechWords, 'mistakes' | 'failures' | 'standing'> = {
  mistakes: {
    noPort: () => 'This computer has no cable to a unit; plug it in, or name the port with --port.',
    severalPorts: (paths) =>
      `There are several cables (${paths.join(', ')}); name the one that leads to the unit with --port.`,
    portMissing: (path) => `There is no port ${path}; plug the cable in, or name another one with --port.`,
    portForbidden: (path) =>
      `You may not use the port ${path}; ask to join the group dialout (sudo usermod -aG dialout $USER), and log in again.`,
    portBusy: (path) => `Another program uses the port ${path}; close that one, and try again.`,
    portIsNone: (path) =>
      `${path} is no serial port but something else; name a serial port with --port, such as /dev/ttyUSB0.`,
    portUnusable: (path, reason) => `${path} cannot be used as a port (${reason}); name a serial port with --port.`,
    portSilent: (path) =>
      `Nothing answers at ${path}; see that the unit has power, and that the cable sits firmly at both ends.`,
    notAUnit: (path) =>
      `What answers at ${path} is no unit; see that it is the right port, and that the speed fits (--baud).`,
    unitEmpty: () => 'The unit is not set up yet; do that first with "dosis tech provision".',
    passNeeded: () =>
      'This needs a technician’s pass; name its file with --pass or in DOSIS_PASS. The service centre makes it with "dosis centre pass".',
    fileUnreadable: (file, code) => `"${file}" cannot be read (${code}); name a file that exists.`,
    fileTooLarge: (file) => `"${file}" is far too large to be the right file; choose another one.`,
    fileUnwritable: (file, code) =>
      fullDisk.has(code)
        ? `"${file}" cannot be written, because its disk is full (${code}); make room on it, and try again.`
        : `"${file}" cannot be written (${code}); choose a place where you may write.`,
    fileExists: (file) => `"${file}" exists already and is not overwritten; choose another name.`,
    otherFile: enOtherFile,
    notAPass: (file) => `"${file}" is no technician’s pass; use the file that "dosis centre pass" wrote.`,
    passWithoutKey: (file) =>
      `"${file}" lacks the private key of the pass; use the whole file that "dosis centre pass" wrote.`,
    passWrongKey: (file) =>
      `The key in "${file}" is that of another pass; use the file that "dosis centre pass" wrote.`,
    passExpired: (id, expiresAt, nowS) =>
      `The pass ${id} ended on ${moment(expiresAt)} (this computer says that it is ${moment(nowS)}); get a new one from the service centre.`,
    passElsewhere: (id, device, devices) =>
      `The pass ${id} is for ${devices.join(', ')} only, and this is ${device}; get a pass for it from the service centre.`,
    unknownFault: (number) =>
      `There is no fault with the number ${number}; read it on the display again, or see the list with "dosis tech fault --all".`,
    notAnEnrolment: (file, why) => `"${file}" is no enrolment as "dosis centre enrol" makes it. ${why}`,
    enrolmentMismatch: (file) =>
      `In "${file}" name, key and certificates do not belong together; have the service centre make a new enrolment.`,
    enrolmentExpired: (file, expiresAt, nowS) =>
      `The enrolment in "${file}" ended on ${moment(expiresAt)} (this computer says that it is ${moment(nowS)}); make a new one with "dosis centre renew".`,
    enrolmentClass: (file, meant, kind) =>
      `The enrolment in "${file}" is for a unit of the kind ${meant}, and this is ${kind}; take the right unit, or get a new enrolment.`,
    alreadySomebody: (device) =>
      `The unit is ${device} already and does not become another one; if this is the wrong unit, take the right one.`,
    notEmpty: () =>
      'The unit has locked itself down and does not know who it is; only with an empty memory can it become another one. Call the service centre.',
    configUnsigned: (file) =>
      `"${file}" is not signed; only the service centre can sign. Get the file from "dosis centre config get ID --signed".`,
    configUnreadable: (file, why) => `"${file}" is no signed configuration. ${why}`,
    configElsewhere: (file, meant, device) =>
      `The configuration in "${file}" is for ${meant}, and this is ${device}; get the right one from the service centre.`,
    notYaml: (file, line, column) =>
      `"${file}", line ${line}, column ${column}: this is neither YAML nor JSON; correct it there.`,
    notAMap: (file) => `"${file}" is no configuration as "dosis tech config get" writes it.`,
    needsYes: () =>
      'Nobody can be asked here; run the command in a terminal, or add --yes once all that it asks about is prepared.',
    swapOther: (device, found) =>
      `The enrolment is for ${device}, and the unit that is to go is ${found}; plug the cable into the right one, or get another enrolment.`,
    swapSame: (device) => `Both ports lead to the same unit, ${device}; plug the other cable into the new unit.`,
    swapFolderOther: (folder, device) =>
      `"${folder}" holds the swap of another unit than ${device}; name another folder with --folder.`,
    swapFolderUsed: (folder) =>
      `"${folder}" holds a swap with another enrolment; name another folder with --folder. The unit that took over then is the old one now.`,
    swapFolderBroken: (folder) =>
      `What lies in "${folder}" cannot be read; plug the old unit in again, and name another folder with --folder.`,
    planHasBase: (file, base, device) =>
      `The plan in "${file}" is for a unit that has ${base} already; a new one has none. Get it with "dosis centre config get ${device} --signed FILE --new-unit".`,
    planOutdated: (file, issuedAt, device) =>
      `The plan in "${file}" is of ${moment(issuedAt)}, long before the enrolment; get the one in force with "dosis centre config get ${device} --signed FILE --new-unit".`,
    planOlder: (version, inForce) =>
      `The plan is version ${version}, and the old unit has version ${inForce}; get the newest from the service centre.`,
    notAHandover: (file) => `"${file}" is no handover; use the file that "dosis centre handover" wrote.`,
    handoverElsewhere: (file, meant, device) =>
      `The handover in "${file}" is for ${meant}, and the enrolment is for ${device}; get the right one from the service centre.`,
    firstEnrolment: (file, device) =>
      `"${file}" is the enrolment of a first unit; for the one that takes its place get a new one with "dosis centre renew ${device}".`,
    handoverOfUnit: (file) =>
      `"${file}" is a unit’s own handover; go on with the swap that it belongs to, without --handover.`,
    cableNotMoved: (path) => `No new unit answers at ${path}; move the cable, and run the same command again.`,
    doseMisread: (text) => `"${text}" is no dose; write it as morning/2026-11-21, with the name from the plan.`,
    settleWords: () => 'Write what became of the dose: taken or missed (not taken).',
    fillWhat: () => 'Write what was fitted: --roll A with --from DATE --days N or --file FILE, or --bin-emptied.',
    notARoll: (file) =>
      `"${file}" is no roll: a list, head first, of [slot, date], true for a sachet without a label and null for an empty one.`,
    rollTooLong: (count, most) =>
      `The roll would have ${count} sachets, and there is room for ${most}; write fewer days with --days.`,
    rollWithoutDoses: (roll) =>
      `The plan has no doses on those days for roll ${roll}; correct --roll, --from or --days.`,
    imageDefect: (file, defect) => `"${file}" cannot be used: ${defect}`,
    noImage: () => 'Name the image to bring, or confirm the one that runs with --confirm.',
    imageClass: (file, built, kind) =>
      `"${file}" is for units of the kind ${built}, and this one is ${kind}; take the one that is for it.`,
    imageArch: (file, built, machine) =>
      `"${file}" was built for ${built}, and this unit is ${machine}; take the one that was built for it.`,
    unknownPart: (part, parts) => `The unit has no part called ${part}; it can test ${parts.join(', ')}.`,
    tagMisread: (text) =>
      `"${text}" is no address of a tag; write six pairs of hex digits such as FF:FF:10:3A:5B:0C, or leave --tag out: the unit then finds the nearest and shows the addresses of those it sees.`,
    notATerminal: () => 'This needs a terminal; run it without sending it on to a file or another program.',
    sinceMisread: (text) =>
      `--since is "${text}"; write an instant such as 2026-11-21T08:00, or how long ago, such as 2h or 7d.`,
    notAReport: (file, why) => `"${file}" is no report of a self-test. ${why}`,
    notALog: (file, problem, at) => `"${file}" is no log of a unit: ${problem} at byte ${at}. Fetch it again.`,
  },

  failures: {
    cableLost: () => 'The connection was broken off: the cable is out, or the unit is off.',
    silent: () => 'The unit answers no more; see that it has power, and that the cable sits firmly.',
    strange: (problem) =>
      `The unit answered something that this program does not understand (${problem}); it may be newer than the program.`,
    noFirmware: () => 'No firmware runs on the unit, so it cannot do that; bring it some with "dosis tech flash".',
    pause: (seconds) =>
      `After wrong tries the unit waits for another ${seconds} s before it looks at a pass; try again after that.`,
    refused: (name) => `The unit refused it (${name}).`,
    denied: (role) =>
      role === null
        ? 'The unit does not allow it without a pass.'
        : `Your pass (${role}) does not allow it; get a pass as technician from the service centre.`,
    sessionOver: () => 'The session has ended; run the command again.',
    busy: (why) => `The unit did not do it: ${why}`,
    passRefused: (why) => `The unit does not accept the pass: ${why}`,
    storage: () => 'The unit cannot save; see "dosis tech fault".',
    notBack: (what, seconds) =>
      `The unit has not come back ${what} after ${seconds} s; wait a little, and look with "dosis tech info", or give it more time with --patience.`,
    fileChanged: (name) => `The copy of ${name} did not come across rightly; run the command again.`,
    noFile: (name) => `The unit has no ${name} to fetch.`,
    imageRefused: (why) => `The unit does not accept the image: ${why}`,
    notNow: (doses) =>
      `The unit does not restart now, for that would come between the citizen and a dose${doses === '' ? '' : ` (${doses})`}; try later, or wait with --wait.`,
    reverted: (version) =>
      `The new firmware did not pass its test; the unit went back to ${version} by itself and runs as before. See "dosis tech log".`,
    unconfirmed: (version) =>
      `${version} runs on trial and is not confirmed yet; unconfirmed, the unit goes back at its next start. Look with "dosis tech info", or confirm it with "dosis tech flash --confirm".`,
    partStuck: (part, seconds) =>
      `The unit has not finished testing ${part} after ${seconds} s; restart it, and try again.`,
    notPaired: (why) => `No pocket tag was paired: ${why}`,
    noBluetooth: () => 'The unit has no Bluetooth, so it can have no pocket tag.',
    pairingStuck: (seconds) => `The unit is still looking after ${seconds} s; see "dosis tech tag show".`,
    nothingToRepair: () => 'The unit reports no fault; there is nothing to report repaired.',
    testsFailed: (bad, untried) =>
      [
        ...(bad.length === 0 ? [] : [`Not in order: ${bad.join(', ')}.`]),
        ...(untried.length === 0 ? [] : [`Not tried: ${untried.join(', ')}.`]),
      ].join(' '),
    nothingInForce: () => 'The unit has no configuration yet; get one from the service centre.',
    donorDown: () =>
      'The old unit has locked itself down and cannot hand anything over; get a handover from the service centre ("dosis centre handover"), and use it with --handover.',
    swapDoubts: (doses, key) =>
      `Nobody knows what became of ${doses}; find out first, and write: dosis tech fault --settle ${key} taken (or missed).`,
    swapDoseOpen: () =>
      'A dose is on its way out, or lies in the cup; let the citizen take it, and run the same command again.',
    swapDeclined: () => 'You answered no.',
    logShort: (has, lastSeq) =>
      `The log of the old unit runs to record ${has} of ${lastSeq} only; run the same command again.`,
    replacementDown: () => 'The new unit has locked itself down; see "dosis tech fault", or take another one.',
    replacementUsed: () =>
      'The new unit has held medicine or lacks its plan, so it cannot take over the doses of another; take a new one.',
    replacementGone: (device) =>
      `The unit that is to come is an old ${device}, which is locked for good; take a new one.`,
    otherHeir: (device) =>
      `Another unit has begun to take the place of ${device} already, and no two may ever be told the same; plug the cable into that one. If it has broken too, it is the old one now: get a new enrolment from the service centre.`,
    otherEnrolment: (device) =>
      `What was told of the old ${device} is for the unit of another enrolment, and no two may ever be told the same; use that enrolment. If it is lost, get a new one with "dosis centre renew ${device}" and then what the centre knows with "dosis centre handover ${device}", and run the command with --handover FILE and a new --folder.`,
    notItsSuccessor: (device) =>
      `That enrolment is not for a unit that comes after this ${device}; get a new one with "dosis centre renew ${device}". Nothing is changed.`,
    handoverStrange: (device) =>
      `The new unit does not believe what was told of the old ${device}: neither that unit nor this service centre has signed it. Get the enrolment and the handover from the same service centre.`,
    clockUnknown: () =>
      'The unit does not know the time; correct the clock of the computer, and run the same command again.',
    replacementTaken: () => 'The new unit has taken over from another one already; take a new one.',
    handoverOld: (device) =>
      `The old unit was taken out more than 14 days ago; get what the service centre knows with "dosis centre handover ${device}", and run the command with --handover FILE and a new --folder.`,
    noPlan: (device, seconds) =>
      `The new unit has not got its plan${seconds === 0 ? '' : ` after ${seconds} s`}; get it with "dosis centre config get ${device} --signed FILE --new-unit", and run the same command with --plan FILE.`,
    planRefused: (why) => `The new unit does not take the plan: ${why}`,
    doorShut: (roll) =>
      `Roll ${roll} is not announced: the door was not opened with the key. Open it, and run the same command again.`,
    notFilled: () =>
      'The unit does not take it; its door must have been opened with the key, and nothing may move. Open it, and try again.',
    notDoubted: (dose, doubted) =>
      `The unit is not in doubt about ${dose}; ${doubted === '' ? 'there is nothing to settle. See "dosis tech fault".' : `it is in doubt about ${doubted}.`}`,
    logBroken: (seq) =>
      `The log is not whole: after record ${seq} something was changed or left out. Keep it with --out, and give it to the service centre.`,
    journalUnreadable: () =>
      'The list of who did what over the cable cannot be read; the unit begins a new one with the next act.',
    badReport: (why) => `The report cannot be believed: ${why}`,
  },

  standing: {
    untouched: 'The unit is unchanged.',
    interrupted: 'Interrupted.',
    provisioning: (device) => `The unit may be starting as ${device}; look with "dosis tech info".`,
    configuring: 'The configuration is in force as a whole or not at all; look with "dosis tech info".',
    unaffected: 'The unit runs on unchanged.',
    uploading: (percent) =>
      `The unit runs on unchanged; ${percent} % of the new firmware is there. The same command goes on from there.`,
    uploaded: 'The unit runs on unchanged; the new firmware lies ready. The same command goes on from there.',
    armed:
      'The new firmware is marked for its trial, and the old one runs until the unit restarts; the same command goes on from there.',
    settled: (version) => `The unit runs ${version}.`,
    restarting:
      'The unit is starting the new firmware on trial; if that does not pass, it goes back by itself. Look with "dosis tech info".',
    downloading: (percent, file) =>
      `The unit is unchanged; ${percent} % lies in "${file}". The same command goes on from there.`,
    bothUntouched: 'Neither unit has been changed.',
    swapLocking:
      'The old unit may be locked for good; the citizen gets no medicine from it. The same command goes on from there.',
    swapLocked: (folder) =>
      `The old unit is locked for good, and the new one is not ready: the citizen gets no medicine from them meanwhile. All of it lies in "${folder}"; the same command goes on from there.`,
    swapBegun: (folder) =>
      `The new unit has begun to take over. All of it lies in "${folder}"; the same command goes on from there.`,
    swapDead: (folder) =>
      `The new unit is not ready: the citizen gets no medicine from it meanwhile. All of it lies in "${folder}"; the same command goes on from there.`,
    swapTaken:
      'The new unit has taken over name, plan and doses, but may not have all rolls; the same command goes on from there.',
    testing: 'The unit is unchanged; no report was written.',
  },
};

/**
 * Groups and commands of SMP. Source: Zephyr `mgmt_defines.h` and "SMP Groups" 0, 1, 2, 3, 8 and 10; `fs` close from
 * JPHutchins/smp. Groups 5 and 7 are named differently in Zephyr's text and header, so they are not used; 9 (shell) is
 * left out because a shell on a dispenser is a second door.
 */
export const smpGroup = { os: 0, image: 1, stat: 2, settings: 3, fs: 8, enum: 10, userMin: 64 } as const;

/** Our own groups. */
export const ownGroup = {
  session: 64,
  provisioning: 65,
  selfTest: 66,
  fault: 67,
  filling: 68,
  history: 69,
  handover: 70,
  tag: 71,
} as const;

export const osCommand = {
  echo: 0,
  consoleEcho: 1,
  taskStats: 2,
  memoryPools: 3,
  datetime: 4,
  reset: 5,
  params: 6,
  info: 7,
  bootloader: 8,
} as const;
export const imageCommand = { state: 0, upload: 1, erase: 5, slotInfo: 6 } as const;
export const statCommand = { data: 0, list: 1 } as const;
export const settingsCommand = { value: 0, remove: 1, commit: 2, storage: 3 } as const;
export const fsCommand = { file: 0, status: 1, hash: 2, hashTypes: 3, close: 4 } as const;
export const enumCommand = { count: 0, list: 1, single: 2, details: 3 } as const;

export const sessionCommand = { hello: 0, open: 1, close: 2, who: 3 } as const;
export const provisioningCommand = { state: 0, provision: 1 } as const;
export const selfTestCommand = { parts: 0, run: 1, report: 2 } as const;
export const faultCommand = { list: 0, repaired: 1, doubts: 2, settle: 3 } as const;
export const fillingCommand = { load: 0, binEmptied: 1, rolls: 2 } as const;
export const historyCommand = { records: 0 } as const;
export const handoverCommand = { give: 0, read: 1, take: 2 } as const;
export const tagCommand = { state: 0, pair: 1, forget: 2 } as const;

/**
 * Answers of SMP itself, never of a group: `{rc}` in both versions. Source: Zephyr `mgmt_defines.h`, `mcumgr_err_t`.
 * Numbers from `userMin` are ours to give.
 */
export const smpRc = {
  ok: 0,
  unknown: 1,
  noMemory: 2,
  invalid: 3,
  timeout: 4,
  noEntry: 5,
  badState: 6,
  messageSize: 7,
  notSupported: 8,
  corrupt: 9,
  busy: 10,
  accessDenied: 11,
  tooOld: 12,
  tooNew: 13,
  userMin: 256,
} as const;

/** Answers of the os group in version 2. Source: Zephyr `os_mgmt.h`, `os_mgmt_err_code_t`. */
export const osRc = { unknown: 1, invalidFormat: 2, noAnswer: 3, clockNotSet: 4, clockFailed: 5 } as const;

/** Answers of the image group in version 2. Source: Zephyr `img_mgmt.h`, `img_mgmt_err_code_t`. */
export const imageRc = {
  unknown: 1,
  flashConfig: 2,
  noImage: 3,
  noTlvs: 4,
  invalidTlv: 5,
  severalHashes: 6,
  tlvSize: 7,
  hashNotFound: 8,
  noFreeSlot: 9,
  flashOpen: 10,
  flashRead: 11,
  flashWrite: 12,
  flashErase: 13,
  invalidSlot: 14,
  noMemory: 15,
  flashContextSet: 16,
  flashContextNotSet: 17,
  flashAreaNull: 18,
  invalidPageOffset: 19,
  invalidOffset: 20,
  invalidLength: 21,
  invalidHeader: 22,
  invalidMagic: 23,
  invalidHash: 24,
  invalidAddress: 25,
  noVersion: 26,
  currentIsNewer: 27,
  alreadyPending: 28,
  invalidVectorTable: 29,
  tooLarge: 30,
  dataOverrun: 31,
  confirmDenied: 32,
  testOfActiveDenied: 33,
} as const;

/** Answers of the stat group in version 2. Source: Zephyr `stat_mgmt.h`, `stat_mgmt_err_code_t`. */
export const statRc = { unknown: 1, invalidGroup: 2, invalidName: 3, invalidSize: 4, walkAborted: 5 } as const;

/** Answers of the settings group in version 2. Source: Zephyr `settings_mgmt.h`, `settings_mgmt_ret_code_t`. */
export const settingsRc = {
  unknown: 1,
  keyTooLong: 2,
  keyNotFound: 3,
  readNotSupported: 4,
  rootKeyNotFound: 5,
  writeNotSupported: 6,
  deleteNotSupported: 7,
} as const;

/** Answers of the fs group in version 2. Source: Zephyr `fs_mgmt.h`, `fs_mgmt_err_code_t`. */
export const fsRc = {
  unknown: 1,
  invalidName: 2,
  notFound: 3,
  isDirectory: 4,
  openFailed: 5,
  seekFailed: 6,
  readFailed: 7,
  truncateFailed: 8,
  deleteFailed: 9,
  writeFailed: 10,
  invalidOffset: 11,
  offsetTooLarge: 12,
  hashNotFound: 13,
  mountPointNotFound: 14,
  readOnly: 15,
  empty: 16,
} as const;

/** Answers of the enum group in version 2. Source: Zephyr `enum_mgmt.h`, `enum_mgmt_err_code_t`. */
export const enumRc = { unknown: 1, tooManyEntries: 2, noMemory: 3, indexTooLarge: 4 } as const;

/** Answers of the session group. Append only. */
export const sessionRc = {
  unknown: 1,
  /** No hello came before, or its nonce is used or too old. */
  noHello: 2,
  /** After wrong tries; hello tells for how long. */
  tooSoon: 3,
  /** The pass is not signed by a centre that this unit believes. */
  passNotBelieved: 4,
  passExpired: 5,
  passNotYetValid: 6,
  passForAnotherDevice: 7,
  /** The proof is not that of the pass's key for this nonce. */
  wrongProof: 8,
} as const;

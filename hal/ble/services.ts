/** A number that the Bluetooth SIG assigned, as BlueZ writes it (Core Specification 5.4, vol. 3, part B, §2.5.1). */
function assigned(number: string): string {
  return `0000${number}-0000-1000-8000-00805f9b34fb`;
}

/** Immediate Alert Service 1.0: one byte, written without response. */
export const immediateAlert = { service: assigned('1802'), level: assigned('2a06') };

/** Battery Service 1.0: one byte, percent. */
export const battery = { service: assigned('180f'), level: assigned('2a19') };

/**
 * No standard has a button. Key finders (iTAG and its many kin) notify one byte on this vendor's pair at each press:
 * 1 when the button goes down; the few that tell its release send 0.
 */
export const button = { service: assigned('ffe0'), pressed: assigned('ffe1') };

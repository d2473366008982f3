import {
  AVRADC,
  AVRClock,
  AVRIOPort,
  AVRTimer,
  AVRUSART,
  AVRWatchdog,
  adcConfig,
  avrInstruction,
  CPU,
  clockConfig,
  PinState,
  portBConfig,
  portCConfig,
  portDConfig,
  timer0Config,
  timer1Config,
  timer2Config,
  usart0Config,
  watchdogConfig,
} from 'avr8js';
import type { Eeprom } from './eeprom.ts';
import type { Drive, PortName } from './pins.ts';
import { wakeSparsely } from './sparse-timer.ts';

export const FREQUENCY_HZ = 16_000_000;

/** MCUSR: why the sketch starts (datasheet §11.9.1). */
export const resetCauses = { powerOn: 1, pin: 2, brownOut: 4, watchdog: 8 } as const;
export type ResetCause = keyof typeof resetCauses;

const SRAM_BYTES = 2048;
const [SLEEP, SEI] = [0x9588, 0x9478] as const;
const [SMCR, MCUSR, SREG, WDTCSR] = [0x53, 0x54, 0x5f, 0x60] as const;
const SLEEP_ENABLED = 1;
const INTERRUPTS_ENABLED = 0x80;
const RECEIVED = 0x80;
/** WDCE and WDE. */
const [WATCHDOG_CHANGE, WATCHDOG_ON] = [0x18, 0x08] as const;

const drives: Readonly<Record<PinState, Drive>> = {
  [PinState.Low]: 'low',
  [PinState.High]: 'high',
  [PinState.Input]: 'open',
  [PinState.InputPullUp]: 'pulled up',
};

/** What avr8js keeps to itself. */
interface CpuInternals {
  readonly nextClockEvent: { readonly cycles: number } | null;
}
interface UsartInternals {
  readonly UDRE: { constant?: boolean };
  readonly RXC: Parameters<CPU['setInterruptFlag']>[0];
}

export interface CoreListener {
  transmitted(byte: number): void;
  /** Some pin of the port may be driven otherwise now. */
  portChanged(port: PortName): void;
}

/** One life of the processor, from a reset to the next: avr8js with what it does otherwise than the chip put right. */
export class Core {
  readonly #cpu: CPU;
  readonly #ports: Readonly<Record<PortName, AVRIOPort>>;
  readonly #usart: AVRUSART;
  readonly #adc: AVRADC;
  #until = 0;
  #asleep = false;
  #hung = false;
  #starved = false;
  #asleepCycles = 0;

  constructor(
    program: Uint16Array,
    eeprom: Eeprom,
    { cycle, cause }: { readonly cycle: number; readonly cause: ResetCause },
    listener: CoreListener,
  ) {
    const cpu = new CPU(program, SRAM_BYTES);
    cpu.cycles = cycle;
    cpu.data[MCUSR] = resetCauses[cause];
    // Its own reset would leave every register and every deadline of the old life in force.
    cpu.reset = () => {
      this.#starved = true;
    };
    this.#cpu = cpu;
    this.#ports = {
      B: new AVRIOPort(cpu, portBConfig),
      C: new AVRIOPort(cpu, portCConfig),
      D: new AVRIOPort(cpu, portDConfig),
    };
    for (const name of ['B', 'C', 'D'] as const) this.#ports[name].addListener(() => listener.portChanged(name));
    wakeSparsely(
      cpu,
      [timer0Config, timer1Config, timer2Config].map((config) => [new AVRTimer(cpu, config), config] as const),
    );
    this.#usart = mendedUsart(cpu, listener);
    this.#adc = new AVRADC(cpu, adcConfig);
    eeprom.attach(cpu);
    new AVRWatchdog(cpu, watchdogConfig, new AVRClock(cpu, FREQUENCY_HZ, clockConfig));
    if (cause === 'watchdog') {
      // It stays on, with its shortest time, until the sketch takes it off.
      cpu.writeData(WDTCSR, WATCHDOG_CHANGE);
      cpu.writeData(WDTCSR, WATCHDOG_ON);
    }
  }

  get cycles(): number {
    return this.#cpu.cycles;
  }

  /** Of its cycles, those in which no instruction ran. */
  get asleepCycles(): number {
    return this.#asleepCycles;
  }

  /** The watchdog has bitten: this life is over. */
  get starved(): boolean {
    return this.#starved;
  }

  /** Runs to a cycle, and at most one instruction beyond; less when the watchdog bites. */
  run(until: number): void {
    const cpu = this.#cpu;
    const { progMem: program, data } = cpu;
    const step = avrInstruction;
    this.#until = until;
    while (cpu.cycles < this.#until && !this.#starved) {
      if (this.#asleep || this.#hung) {
        this.#doze();
        continue;
      }
      const opcode = program[cpu.pc];
      step(cpu);
      // The instruction after SEI runs before any interrupt, so that nothing comes between it and SLEEP.
      if (opcode === SEI) continue;
      if (opcode === SLEEP && ((data[SMCR] ?? 0) & SLEEP_ENABLED) !== 0) this.#asleep = true;
      else cpu.tick();
    }
  }

  /** From inside a `run`: it is to end at this cycle already. */
  stopAt(cycle: number): void {
    this.#until = Math.min(this.#until, cycle);
  }

  /** No instruction runs any more; the watchdog's own clock does. */
  hang(): void {
    this.#hung = true;
    this.#cpu.data[SREG] = (this.#cpu.data[SREG] ?? 0) & ~INTERRUPTS_ENABLED;
  }

  /** A byte has come in; lost while the sketch does not listen. */
  receive(byte: number): void {
    this.#usart.writeByte(byte, true);
  }

  driveOf(port: PortName, bit: number): Drive {
    return drives[this.#ports[port].pinState(bit)];
  }

  setLevel(port: PortName, bit: number, high: boolean): void {
    this.#ports[port].setPin(bit, high);
  }

  setVolts(channel: number, volts: number): void {
    this.#adc.channelValues[channel] = volts;
  }

  /** Time passes up to the next happening inside the chip; an interrupt wakes it. */
  #doze(): void {
    const cpu = this.#cpu;
    const until = this.#until;
    const next = (cpu as unknown as CpuInternals).nextClockEvent?.cycles ?? until;
    const isWoken = cpu.interruptsEnabled && cpu.nextInterrupt >= 0;
    const wakesAt = isWoken ? cpu.cycles : Math.max(cpu.cycles, Math.min(next, until));
    this.#asleepCycles += wakesAt - cpu.cycles;
    cpu.cycles = wakesAt;
    const { pc } = cpu;
    cpu.tick();
    if (cpu.pc !== pc) this.#asleep = false;
  }
}

function mendedUsart(cpu: CPU, listener: CoreListener): AVRUSART {
  const usart = new AVRUSART(cpu, usart0Config, FREQUENCY_HZ);
  const internals = usart as unknown as UsartInternals;
  usart.onByteTransmit = (byte) => listener.transmitted(byte);
  // The flag of the empty register is cleared by a write, not by the interrupt.
  internals.UDRE.constant = true;
  // Nor does a write to the control register lose a byte that waits to be read.
  const write = cpu.writeHooks[usart0Config.UCSRB];
  cpu.writeHooks[usart0Config.UCSRB] = (...args) => {
    const waits = ((cpu.data[usart0Config.UCSRA] ?? 0) & RECEIVED) !== 0;
    const done = write?.(...args);
    if (waits) cpu.setInterruptFlag(internals.RXC);
    return done;
  };
  return usart;
}

/** The technician's log line on the console. Never holds a name, a citizen number or free text from a person. */
export interface Log {
  write(level: 'info' | 'warning' | 'error', text: string): void;
}

import {
  type EndLine,
  type IdleLine,
  type TableLine,
  TRACE_VERSION,
  type TraceHeader,
  type TraceLine,
} from '../../firmware/trace/format.ts';

/** What the lines of a trace look like, for files that anybody may have had in hand. */

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => Number.isFinite(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isBytes: Check = (value) => value instanceof Uint8Array;
const isEvent: Check = (value) => isObject(value) && 'type' in value && isText(value.type);
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const tuple =
  (...checks: readonly Check[]): Check =>
  (value) =>
    Array.isArray(value) && value.length === checks.length && checks.every((check, at) => check(value[at]));
const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));

const isFailure = oneOf('full', 'io', 'corrupt', 'constraint', 'error');
const isSource = oneOf('synchronised', 'rtc', 'lost');

const isReading = either(isNumber, tuple(isNumber, isNumber), tuple(isNumber, isNumber, isSource));

/** How a unit is entered, and with what. */
const ENTRANCES: Readonly<Record<TraceLine['in'], Check>> = {
  boot: oneOf(undefined),
  wake: oneOf(undefined),
  sensor: isEvent,
  mechanism: isEvent,
  tag: isEvent,
  mqtt: isEvent,
  receive: isEvent,
  offer: isBytes,
};

const LINE: Readonly<Record<Exclude<keyof TraceLine, 'in' | 'event'>, Check>> = {
  clock: listOf(isReading),
  draws: listOf(isNumber),
  power: isObject,
  door: oneOf('closed', 'opened', 'forced', 'unknown'),
  placement: isPlacement,
  tag: oneOf(true),
  file: isCount,
  orders: listOf((order) => isObject(order) && 'kind' in order),
  inside: listOf(
    (one) => tuple(isCount, isText, () => true)(one) && isEntrance((one as unknown[])[1], (one as unknown[])[2]),
  ),
  calls: isCount,
  cut: tuple(isCount, isText),
  failed: listOf(tuple(isCount, isFailure)),
  unread: listOf(tuple(isCount, isFailure)),
  problems: isCount,
  threw: isText,
  hash: isText,
};

function isEntrance(name: unknown, event: unknown): boolean {
  return (
    isText(name) && Object.hasOwn(ENTRANCES, name as string) && ENTRANCES[name as TraceLine['in']](event ?? undefined)
  );
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

export function isLine(value: unknown): value is TraceLine {
  if (!isObject(value) || !('in' in value)) return false;
  const { in: entrance, event, ...rest } = value as Record<string, unknown>;
  if (!isEntrance(entrance, event)) return false;
  return Object.entries(rest).every(
    ([name, field]) => Object.hasOwn(LINE, name) && LINE[name as keyof typeof LINE](field),
  );
}

const isKind = oneOf(0, 1, 2);
const isBeat = either(
  tuple(isKind, isNumber),
  tuple(isKind, isNumber, isNumber),
  tuple(isKind, isNumber, isNumber, isSource),
);

export function isIdleLine(value: unknown): value is IdleLine {
  if (!isObject(value)) return false;
  const { idle, id, hash } = value as Record<string, unknown>;
  return (
    Array.isArray(idle) &&
    idle.length > 0 &&
    idle.every(isBeat) &&
    either(oneOf(undefined), isCount)(id) &&
    isText(hash)
  );
}

function isPlacement(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { upright, rolls } = value as Record<string, unknown>;
  if (!isObject(rolls)) return false;
  const { A, B } = rolls as Record<string, unknown>;
  return [upright, A, B].every(oneOf(true, false));
}

function isParts(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { speech, cupSensor } = value as Record<string, unknown>;
  return [speech, cupSensor].every(oneOf(true, false));
}

export function isHeader(value: object): value is TraceHeader {
  const { dosis, version, of, device, firmware, serviceNumber, aliveMs, parts, ledger } = value as Record<
    string,
    unknown
  >;
  return (
    dosis === 'trace' &&
    version === TRACE_VERSION &&
    [of, device, firmware, serviceNumber].every(isText) &&
    either(oneOf(null), isNumber)(aliveMs) &&
    isParts(parts) &&
    isObject(ledger) &&
    'schema' in ledger &&
    isCount(ledger.schema) &&
    'state' in ledger &&
    oneOf('whole', 'altered', 'newer', 'damaged')(ledger.state)
  );
}

export function isTableLine(value: unknown): value is TableLine {
  return (
    isObject(value) && 'table' in value && 'rows' in value && isText(value.table) && listOf(Array.isArray)(value.rows)
  );
}

export function isEnd(value: unknown): value is EndLine {
  return isObject(value) && 'end' in value && value.end === 'full';
}

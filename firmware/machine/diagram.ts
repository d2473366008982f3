import { dispenser, EVENT_MEANINGS } from './dispenser.ts';

type StateNode = typeof dispenser.root;
type Transition = StateNode['transitions'] extends Map<string, (infer T)[]> ? T : never;

/** The README's picture: the region that holds the medicine, drawn from the machine. Mermaid. */
export function drawCustody(): string {
  return draw(dispenser.root.states.custody as StateNode);
}

/** The whole chart as a page: each region drawn, each state and event in words. */
export function describeChart(): string {
  const regions = Object.values(dispenser.root.states);
  return [
    '# The statechart',
    'Generated from the machine (`npm run generate`); edit the chart, not this page.',
    dispenser.root.description ?? '',
    ...regions.flatMap((node) => [`## ${node.key}`, node.description ?? '', draw(node), tableOf(node)]),
    '## Events',
    ['| event | meaning |', '|---|---|', ...Object.entries(EVENT_MEANINGS).map((row) => cells(row))].join('\n'),
    '',
  ].join('\n\n');
}

function draw(node: StateNode): string {
  const states = Object.values(node.states) as StateNode[];
  const first = node.initial?.target[0]?.key;
  const arrows = new Map<string, string[]>();
  for (const from of [node, ...states]) {
    for (const transition of transitionsOf(from)) {
      for (const target of transition.target ?? []) {
        const source = from === node ? 'anywhere' : from.key;
        const arrow = `${source} --> ${target.key}`;
        arrows.set(arrow, [...(arrows.get(arrow) ?? []), labelOf(transition)]);
      }
    }
  }
  return [
    '```mermaid',
    'stateDiagram-v2',
    `  [*] --> ${first}`,
    ...[...arrows].map(([arrow, labels]) => `  ${arrow}: ${[...new Set(labels)].join(' / ')}`),
    '```',
  ].join('\n');
}

function tableOf(node: StateNode): string {
  const rows = (Object.values(node.states) as StateNode[]).map((state) => cells([state.key, state.description ?? '']));
  return ['| state | meaning |', '|---|---|', ...rows].join('\n');
}

function transitionsOf(node: StateNode): Transition[] {
  return [...[...node.transitions.values()].flat(), ...(node.always ?? [])] as Transition[];
}

/** `event [guard]`; a transition without an event shows its guard alone. */
function labelOf(transition: Transition): string {
  const guard = typeof transition.guard === 'string' ? transition.guard : undefined;
  const words = guard === undefined ? '' : inWords(guard);
  if (String(transition.eventType) === '') return words === '' ? 'otherwise' : words;
  return words === '' ? transition.eventType : `${transition.eventType} [${words}]`;
}

/** `doseReleasable` → `dose releasable`. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function cells(row: readonly string[]): string {
  return `| ${row.map((cell, index) => (index === 0 ? `\`${cell}\`` : cell)).join(' | ')} |`;
}

import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';
import type { Machine } from './situation.ts';

/** The regions whose every edge must be walked. */
const REGIONS = ['custody', 'reminder', 'tag'] as const;

/** `0: withKey → open`: a candidate's place, what guards it and where it leads. */
function candidateName({ guard, target }: AnyTransitionDefinition, place: number): string {
  const goal = target?.map(({ key }) => key).join() ?? 'stays';
  return `${place}: ${guard === undefined ? 'else' : guardName(guard)} → ${goal}`;
}

function guardName(guard: NonNullable<AnyTransitionDefinition['guard']>): string {
  return typeof guard === 'object' && 'type' in guard ? guard.type : String(guard);
}

function ownEdges(node: AnyStateNode): [AnyTransitionDefinition, string][] {
  const always = (node.always ?? []).map((transition, place): [AnyTransitionDefinition, string] => [
    transition,
    `always ${candidateName(transition, place)}`,
  ]);
  const on = [...node.transitions].flatMap(([event, candidates]) =>
    candidates.map((transition, place): [AnyTransitionDefinition, string] => [
      transition,
      `on ${event} ${candidateName(transition, place)}`,
    ]),
  );
  return [...on, ...always];
}

/** The name of every transition of these regions; an edge of the region itself begins with `*`. */
export function edgeNamesOf(machine: Machine): ReadonlyMap<object, string> {
  const names = new Map<object, string>();
  for (const region of REGIONS) {
    const node = machine.root.states[region] as AnyStateNode;
    for (const [transition, name] of ownEdges(node)) names.set(transition, `*${region} ${name}`);
    for (const leaf of Object.values(node.states)) {
      for (const [transition, name] of ownEdges(leaf)) names.set(transition, `${region}.${leaf.key} ${name}`);
    }
  }
  return names;
}

/** Every (state, event) edge there is: a state's own, and those of its region that it does not answer itself. */
export function allEdges(machine: Machine): readonly string[] {
  return REGIONS.flatMap((region) => {
    const node = machine.root.states[region] as AnyStateNode;
    return Object.values(node.states).flatMap((leaf) => [
      ...ownEdges(leaf).map(([, name]) => `${region}.${leaf.key} ${name}`),
      ...ownEdges(node)
        .filter(([transition]) => !answersItself(leaf, transition.eventType))
        .map(([, name]) => `${region}.${leaf.key} ${name}`),
    ]);
  });
}

function answersItself(leaf: AnyStateNode, event: string): boolean {
  return leaf.transitions.get(event)?.some(({ guard }) => guard === undefined) ?? false;
}

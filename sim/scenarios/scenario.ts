import type { ConfigDocument } from '../../protocol/messages/config.ts';
import type { UnitSpec } from '../device/unit-spec.ts';
import type { CitizenName } from '../world/habits.ts';
import type { Actor, DeedId } from './deeds.ts';
import type { CentreExpectation, Expectation } from './schema.ts';

/** One thing somebody or something does; `gaps` are the words that filled the sentence's gaps. */
export interface Action {
  readonly id: DeedId;
  readonly actor: Actor;
  readonly gaps: readonly string[];
}

/** Part of a step, in the order in which its author wrote it down. */
export type StepPart =
  | { readonly do: Action }
  | { readonly expect: Expectation }
  | { readonly expectCentre: CentreExpectation };

/** One step of a story, at one instant. */
export interface Step {
  /** `4. 2026-03-02 08:05 citizen: presses`, as reports name it. */
  readonly title: string;
  readonly line: number;
  readonly atMs: number;
  readonly parts: readonly StepPart[];
}

/** A story, checked and ready to run. */
export interface Scenario {
  readonly name: string;
  readonly file: string;
  readonly config: ConfigDocument;
  readonly spec: UnitSpec;
  /** Why it says nothing of real electronics, if it does not. */
  readonly simulatedOnly: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly citizen: CitizenName | undefined;
  readonly nurseComes: boolean;
  readonly technicianComes: boolean;
  readonly steps: readonly Step[];
}

import type { RefusalCode } from '../../protocol/messages/refusal.ts';
import type { TestedPart } from '../../protocol/messages/self-test-report.ts';
import { selfTest, type TestOutcome } from '../../protocol/smp/commands/self-test.ts';
import { failure, mistake } from './problem.ts';
import { refusalIn } from './refusals.ts';
import { SmpRefusal } from './smp-client.ts';
import { partNamed, partWord } from './typed-words.ts';
import type { Visit } from './visit.ts';

/** A part that takes longer is stuck. */
const PART_MS_MAX = 60_000;

export interface Examiner {
  /** The unit tries a part now. */
  trying(part: string): void;
  /** Whether the part did what it should, as a person sees and hears; `undefined` where nobody can be asked. */
  witnessed(part: string): Promise<boolean | undefined>;
  /** The unit tries this part only while its door stands open with the key. Whether it does so now. */
  opened(part: string): Promise<boolean>;
  /** What came of it. */
  tried(tested: TestedPart): void;
}

/** @returns why the unit does not try the part; `null` when it does */
async function begun(visit: Visit, part: string, examiner: Examiner): Promise<RefusalCode | null> {
  const reply = await visit.ask(selfTest.run, { part });
  if (reply.ok) return null;
  const code = refusalIn(reply.error);
  if (code === undefined) throw new SmpRefusal(reply.error);
  if (code !== 'not-permitted' || !(await examiner.opened(part))) return code;
  return begun(visit, part, examiner);
}

interface PartResult {
  readonly part: string;
  readonly outcome: TestOutcome;
  readonly found?: string | undefined;
}

/** The parts to test: those named, or all that the unit has. @throws TechProblem */
export async function partsToTest(visit: Visit, named: readonly string[]): Promise<readonly string[]> {
  const { parts } = await visit.granted(selfTest.parts, {});
  if (named.length === 0) return parts;
  return named.map((typed) => {
    const part = partNamed(parts, typed);
    if (part !== undefined) return part;
    const known = parts.map((one) => partWord(one, visit.t.language));
    throw mistake(visit.t, 'unknownPart', typed, known);
  });
}

/** Has the unit try one part after the other. @throws TechProblem, and as `Visit.granted` */
export async function testParts(visit: Visit, parts: readonly string[], examiner: Examiner): Promise<TestedPart[]> {
  const tested: TestedPart[] = [];
  for (const part of parts) {
    examiner.trying(part);
    const result = await testPart(visit, part, examiner);
    examiner.tried(result);
    tested.push(result);
  }
  return tested;
}

async function testPart(visit: Visit, part: string, examiner: Examiner): Promise<TestedPart> {
  const refusal = await begun(visit, part, examiner);
  if (refusal !== null) return { part, outcome: 'refused', by: 'unit', found: refusal };
  const result = await visit.awaited(
    () => resultOf(visit, part),
    ({ outcome }) => outcome !== 'running',
    PART_MS_MAX,
  );
  if (result === undefined) throw failure(visit.t, 'partStuck', part, PART_MS_MAX / 1000);
  const found = result.found === undefined ? {} : { found: result.found };
  if (result.outcome === 'untested') return { part, outcome: 'refused', by: 'unit', ...found };
  if (result.outcome !== 'person') {
    return { part, outcome: result.outcome === 'passed' ? 'passed' : 'failed', by: 'unit', ...found };
  }
  const seen = await examiner.witnessed(part);
  if (seen === undefined) return { part, outcome: 'untold', by: 'person', ...found };
  return { part, outcome: seen ? 'passed' : 'failed', by: 'person', ...found };
}

async function resultOf(visit: Visit, part: string): Promise<PartResult> {
  const { results } = await visit.granted(selfTest.report, {});
  return results.find((one) => one.part === part) ?? { part, outcome: 'untested' };
}

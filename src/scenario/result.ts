/** What a run comes to: the document that `--json` prints, less the wall clock. */
import type { FrameTotals } from './lab.ts';
import type { PlanMatcher } from './plan.ts';
import type { CaptureSummary } from './watch.ts';

/** One step that was taken. */
export interface StepResult {
  readonly line: number;
  readonly atNs: number;
  /** -1 while it runs, or when it was ended from outside. */
  endNs: number;
  /** The host, '' for a step that is on none. */
  readonly on: string;
  readonly run: string;
  /** Null for a step without a program, or while it runs. */
  exit: number | null;
  stdout: string;
  stderr: string;
  ok: boolean;
  /** Why it is not ok, for people. */
  problem?: string;
}

export type Ending = 'steps done' | 'until' | 'step failed' | 'limit' | 'layer-2 loop' | 'interrupted';

export interface RunResult {
  readonly scenario: string;
  readonly engine: string;
  readonly seed: number;
  readonly ok: boolean;
  readonly exit: number;
  readonly ended: Ending;
  readonly virtualNs: number;
  readonly events: number;
  readonly frames: FrameTotals;
  readonly steps: readonly StepResult[];
  readonly captures: readonly CaptureSummary[];
  readonly traceHash: string | null;
  /** Failures that belong to no step: a flow that could not start, the ports of a loop. */
  readonly problems: readonly string[];
}

/** Whether a text is as a step expects it. */
export function isMatch(matcher: PlanMatcher, text: string): boolean {
  return matcher.kind === 'text' ? text.includes(matcher.text) : new RegExp(matcher.source, matcher.flags).test(text);
}

/** The matcher as it stands in the file. */
export function matcherText(matcher: PlanMatcher): string {
  return matcher.kind === 'text' ? JSON.stringify(matcher.text) : `/${matcher.source}/${matcher.flags}`;
}

/**
 * Counts for capture expectations. They run from the start, whether or not the interface is written to a file. A filter
 * with a container's name cannot be compiled before that container is there: its frames are kept until then.
 */
import type { Ip4 } from '../base/addr.ts';
import type { Frame } from '../link/frame.ts';
import type { Filter } from '../wire/filter.ts';
import { FilterError } from '../wire/filter-token.ts';
import { compileFilter } from '../wire/filter.ts';
import type { CountOperator, PlanExpectStep } from './plan.ts';

/** What a filter can look at of a kept frame. */
const KEPT_BYTES_PER_FRAME = 256;
const KEPT_FRAMES_MAX = 200_000;

/** Finds the address of a host or container by its name. */
export type NameResolver = (name: string) => Ip4 | undefined;

export class FrameCounter {
  readonly step: PlanExpectStep;
  readonly glob: string;
  private count = 0;
  private filter: Filter | null;
  private readonly kept: Uint8Array[] = [];

  constructor(step: PlanExpectStep, resolve: NameResolver) {
    this.step = step;
    this.glob = step.capture;
    this.filter = tryCompile(step.filter, resolve);
  }

  onFrame(frame: Frame): void {
    const { view, bytes } = frame.slab;
    if (this.filter !== null) {
      if (this.filter.matches(view, frame.head, frame.tail)) this.count++;
    } else if (this.kept.length < KEPT_FRAMES_MAX) {
      this.kept.push(bytes.slice(frame.head, Math.min(frame.tail, frame.head + KEPT_BYTES_PER_FRAME)));
    }
  }

  /** How many frames matched so far, or why that cannot be said. */
  evaluate(resolve: NameResolver): number | string {
    if (this.filter === null) {
      this.filter = tryCompile(this.step.filter, resolve);
      if (this.filter === null) return `the filter "${this.step.filter}" names a host that is not there`;
      if (this.kept.length >= KEPT_FRAMES_MAX) {
        return `more than ${KEPT_FRAMES_MAX} frames came before the names in the filter were known; use addresses`;
      }
      for (const bytes of this.kept) {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
        if (this.filter.matches(view, 0, bytes.length)) this.count++;
      }
      this.kept.length = 0;
    }
    return this.count;
  }
}

function tryCompile(text: string, resolve: NameResolver): Filter | null {
  try {
    return compileFilter(text, resolve);
  } catch (error) {
    if (error instanceof FilterError) return null;
    throw error;
  }
}

const COMPARE: Record<CountOperator, (count: number, value: number) => boolean> = {
  '==': (count, value) => count === value,
  '!=': (count, value) => count !== value,
  '<': (count, value) => count < value,
  '<=': (count, value) => count <= value,
  '>': (count, value) => count > value,
  '>=': (count, value) => count >= value,
};

/** Whether a count is as the step expects. */
export function isCountMet(step: PlanExpectStep, count: number): boolean {
  return COMPARE[step.count.op](count, step.count.value);
}

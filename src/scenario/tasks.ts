/** The steps of a plan as the run takes them: a `script:` becomes one task for each of its commands. */
import { splitScript } from '../userland/sh/script.ts';
import type { PlanExpectation, PlanFault, PlanStep } from './plan.ts';

/** What all tasks have. */
interface TaskCommon {
  /** Where it stands in the file, from 1. */
  readonly line: number;
  /** Not before this time. */
  readonly atNs: number;
  readonly note: string | undefined;
  /** Not before this time after the start of its script; -1 for a task that is not of a script. */
  readonly scriptOffsetNs: number;
  readonly isScriptStart: boolean;
}

export interface CommandTask extends TaskCommon {
  readonly kind: 'command';
  readonly on: string;
  readonly command: string;
  readonly background: boolean;
  readonly save: string | undefined;
  readonly expect: PlanExpectation;
  readonly timeoutNs: number;
  /** Typed by someone at the prompt, not a step of the file. */
  readonly isTyped?: boolean;
}

export interface WaitTask extends TaskCommon {
  readonly kind: 'wait';
  readonly waitNs: number;
}

export interface ExpectTask extends TaskCommon {
  readonly kind: 'expect';
  /** Its place among the plan's capture expectations. */
  readonly counterIndex: number;
}

export interface FaultTask extends TaskCommon {
  readonly kind: 'fault';
  readonly fault: PlanFault;
}

export type Task = CommandTask | WaitTask | ExpectTask | FaultTask;

/** Expands the steps in their order. */
export function tasksOf(steps: readonly PlanStep[]): Task[] {
  const tasks: Task[] = [];
  let counters = 0;
  for (const step of steps) {
    const common = { line: step.line, atNs: step.atNs ?? 0, note: step.note, scriptOffsetNs: -1, isScriptStart: false };
    switch (step.kind) {
      case 'run':
        tasks.push({
          ...common,
          kind: 'command',
          on: step.on,
          command: step.command,
          background: step.background,
          save: step.save,
          expect: step.expect,
          timeoutNs: step.timeoutNs,
        });
        break;
      case 'script':
        tasks.push(...scriptTasks(step));
        break;
      case 'wait':
        tasks.push({ ...common, kind: 'wait', waitNs: step.waitNs });
        break;
      case 'expect':
        tasks.push({ ...common, kind: 'expect', counterIndex: counters++ });
        break;
      case 'fault':
        tasks.push({ ...common, kind: 'fault', fault: step.fault });
        break;
    }
  }
  return tasks;
}

function scriptTasks(step: Extract<PlanStep, { kind: 'script' }>): CommandTask[] {
  return splitScript(step.text).map((part, i) => ({
    kind: 'command',
    line: step.textLines[part.line] ?? step.line,
    atNs: i === 0 ? (step.atNs ?? 0) : 0,
    note: i === 0 ? step.note : undefined,
    scriptOffsetNs: part.notBeforeNs ?? 0,
    isScriptStart: i === 0,
    on: step.on,
    command: part.text,
    background: false,
    save: undefined,
    expect: { exit: step.expectExit },
    timeoutNs: step.timeoutNs,
  }));
}

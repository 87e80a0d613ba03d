/** What a command is that the shell carries out itself. */
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import type { Interpreter, Run } from './interpreter.ts';

export interface Builtin {
  /** `offset` is where the command stands in the text. */
  readonly run: (shell: Interpreter, args: readonly string[], offset: number) => Run;
  readonly check?: (args: readonly string[]) => CheckMistake | undefined;
  /** As of a program: where among literal arguments another command begins. */
  readonly commandAt?: (args: readonly string[]) => number | undefined;
  /** One of POSIX XCU 2.14: assignments before it last, and what is wrong with it ends the shell. */
  readonly isSpecial?: boolean;
}

/** What a builtin does that never waits. */
export type ImmediateRun = (shell: Interpreter, args: readonly string[], offset: number) => number;

/** Makes a builtin of a function that never waits. */
export function immediate(run: ImmediateRun): Builtin['run'] {
  return function* (shell, args, offset) {
    return run(shell, args, offset);
  };
}

/** Reports the first argument that is an option beyond `letters`. */
export function checkOptions(letters: string): NonNullable<Builtin['check']> {
  return (args) => {
    for (const [argIndex, arg] of args.entries()) {
      if (arg === '--' || !/^-[A-Za-z]/.test(arg)) return undefined;
      const letter = arg
        .slice(1)
        .split('')
        .find((each) => !letters.includes(each));
      if (letter !== undefined) return { argIndex, message: `option -${letter} is not supported by Dockwire` };
    }
    return undefined;
  };
}

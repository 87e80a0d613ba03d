/**
 * Builtins that are programs as well, for whoever starts programs without a shell: `timeout 5 test -f /x`,
 * `ip netns exec a kill 7`, `env printf …`.
 */
import type { ProgramEntry } from '../../kernel/proc/program-registry.ts';
import { BUILTINS } from './builtins.ts';
import { Interpreter } from './interpreter.ts';
import { ShellState } from './shell-state.ts';

const NAMES = ['[', 'kill', 'printf', 'pwd', 'test'];

function programOf(name: string): ProgramEntry {
  return {
    name,
    run: function* runBuiltinAlone(proc) {
      const args = proc.argv.slice(1);
      // Messages begin with the program's name, as busybox's do.
      const state = new ShellState('busybox', name, args, new Map(proc.env), proc.directory);
      const shell = new Interpreter(proc, state, proc.ownPid);
      return yield* shell.runToEnd(() => BUILTINS.get(name)!.run(shell, args, 0));
    },
  };
}

export const BUILTIN_PROGRAMS: readonly ProgramEntry[] = NAMES.map(programOf);
